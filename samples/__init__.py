"""Sample input: synthetic, seeded, named so; made by the scripts beside it."""
