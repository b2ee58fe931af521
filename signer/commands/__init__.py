"""The subcommands, a module a noun: their arguments, in both languages, and which work they are."""
