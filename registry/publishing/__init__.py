"""The steps of publishing: each its own idea; registry.publish takes them in order."""
