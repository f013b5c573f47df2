"""How pictures are painted: pipelines found, fitted, loaded, guided and freed."""
