"""What is asked of a registry. Nothing that comes from there is believed yet."""
