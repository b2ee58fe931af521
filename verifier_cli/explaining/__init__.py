"""Why a certificate counts, step by step; and what one that nobody has shown would count as."""
