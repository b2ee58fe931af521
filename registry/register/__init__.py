"""Certificates in the register: indices, registration, status."""
