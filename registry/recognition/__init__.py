"""Agreements with other regions: the sheet, its effect, and its words."""
