"""The province's registry: its service, its operator's command, and what it publishes."""
