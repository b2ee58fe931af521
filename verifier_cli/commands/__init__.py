"""One module a command: what it says of itself, its arguments, and how it is run. Loaded when it is named."""
