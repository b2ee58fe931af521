"""Statistics of what is registered, with small cells left out."""
