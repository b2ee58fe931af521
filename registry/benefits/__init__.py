"""The region's benefit policy: the sheet, its effect, and its words."""
