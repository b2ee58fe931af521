"""Issuers on file: filing, names, states, scopes, sites, and every change of them."""
