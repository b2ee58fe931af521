"""Supervision 质量督导 of issuers: inspections, satisfaction, complaints, flags, grades, and the view by division."""
