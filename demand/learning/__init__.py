"""What became of earlier listings, and what it says of the next."""
