"""What becomes of the issuer's keys: made, enrolled, rotated, backed up on paper, stolen."""
