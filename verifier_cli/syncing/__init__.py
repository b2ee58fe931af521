"""Bringing what is held up to date."""
