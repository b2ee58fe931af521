"""Backups of the registry, and archives of the region that need no registry."""
