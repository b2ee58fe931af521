"""The steps of a batch: evidence, numbers reserved, signed, looked at again, drawn, listed, registered, the receipt."""
