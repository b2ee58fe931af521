"""Pictures of worn certificates, made from a seed: what `make soak ONLY=corpus` reads (docs/adr/0040)."""
