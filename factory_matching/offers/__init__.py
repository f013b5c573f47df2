"""The question put to a factory and its answer, until production orders stand."""
