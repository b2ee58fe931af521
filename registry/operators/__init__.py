"""The people who run a registry: their accounts, what their roles allow, how they sign in."""
