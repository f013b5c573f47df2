"""Recognition: what a picture shows, judged from its pixels alone."""
