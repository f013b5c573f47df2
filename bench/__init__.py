"""Measured programs: each shows progress on stderr and prints one JSON object as its last line on stdout."""
