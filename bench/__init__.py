"""How fast it is, beside others in the same run: `make bench` writes docs/performance.md. Not part of the product."""
