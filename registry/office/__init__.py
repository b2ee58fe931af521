"""What operators read and act on, at the console as by command: what waits, the second word, acts in words."""
