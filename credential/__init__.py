"""The pure core: formats, trust rules and the verdict. No file, network, clock, randomness or logging."""
