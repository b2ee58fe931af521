"""A verdict for every input."""
