"""The subcommands, a module a noun; each `add` describes itself and each `run` does one thing."""
