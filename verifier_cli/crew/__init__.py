"""The processes that read and judge by all cores."""
