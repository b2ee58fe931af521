"""Operators' sheets: XLSX and CSV as rows of cells."""
