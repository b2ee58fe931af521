"""How the issuer's keys are kept: passphrases, tokens, paper backups, rotation, theft."""
