"""Factories as files, rows and arrays: what they can make, from how many, at what price, by when."""
