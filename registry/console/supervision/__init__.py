"""The supervisors' pages of the console: read by supervision and audit, acted on by supervision alone."""
