"""Signals from outside become trends: sources, collection, words, rise scores, detection."""
