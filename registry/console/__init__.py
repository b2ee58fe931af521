"""The operators' console: plain pages under /console, for people with an account."""
