"""The people who run a registry: their accounts, how they set them up, how they sign in."""
