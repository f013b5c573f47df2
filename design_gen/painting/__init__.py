"""How pictures are painted: pipelines found, fitted, loaded, guided and freed."""

import os

# Processors that nothing here uses need no warnings; said before anything in this package imports the library.
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
