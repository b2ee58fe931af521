"""What comes after issuing: revoke, suspend, restore, correct, renew, reissue, answer; approved, queued, submitted."""
