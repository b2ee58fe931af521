"""Rosters: Excel and CSV files of people and what they were certified in, read as clerks really write them.

`signer.roster.reader.read` makes a `signer.roster.model.Roster` of a file; `signer.roster.template` writes an empty
one to fill in, and `signer.roster.report` gives a faulty one back with the faults marked.
"""
