"""What a program asks to have signed, under references of its own; one JSON object a line."""
