"""What factories change of their own record: what counts at once, what waits for a merchandiser's check."""
