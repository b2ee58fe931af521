"""The pages that registry/ renders: `importlib.resources.files("web")` finds templates/ and static/."""
