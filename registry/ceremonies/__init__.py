"""The region's root: its founding, and the ceremonies of those who hold its keys."""
