"""People who hold certificates: how they are found, what they see, and what they ask to have corrected."""
