"""The registry from here: over HTTP, and what it publishes, verified from the pins."""
