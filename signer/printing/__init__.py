"""Certificates on paper: from what a certificate says to pages that were read back. docs/printing.md is for people."""
