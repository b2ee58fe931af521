"""Long counts, by `make soak`: what is true a thousand times in the tests is looked at a million times here."""
