"""From arguments and files to QR texts: by their first bytes, within caps."""
