"""Issuers' keys: enrolment, retirement, compromise."""
