"""The issuer's keys where they lie: files, tokens, passphrases, and what is recorded of them."""
