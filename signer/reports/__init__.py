"""A batch's report 报告: what it says, as CSV and as PDF."""
