"""A verdict in words for people, and as data for programs."""
