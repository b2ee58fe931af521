"""The HTTP service: routes, pages, answers, limits and logs."""
