"""Replace the worst factories of a category by qualified new ones, as a proposal that a merchandiser decides."""
