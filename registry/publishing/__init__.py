"""The steps of publishing: each its own idea; registry.publishing.publish takes them in order."""
