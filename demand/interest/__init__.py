"""Buyers' acts: taken in once, cleaned, counted."""
