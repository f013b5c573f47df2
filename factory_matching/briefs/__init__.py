"""The document a factory cuts from: JSON the source, PDF rendered from it."""
