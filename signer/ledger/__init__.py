"""The ledger: all that was asked for, numbered, signed, registered and changed, in one SQLite file."""
