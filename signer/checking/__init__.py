"""Rosters judged for this issuer: read by its mapping, checked row by row, doubted, compared with what was signed."""
