"""What is held: how old it is, and bringing it up to date."""
