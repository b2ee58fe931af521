"""Old certificates in, and what is registered out, as sheets."""
