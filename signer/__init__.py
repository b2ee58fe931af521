"""The enterprise's batch-signing command: from a roster to registered certificates with QR codes."""
