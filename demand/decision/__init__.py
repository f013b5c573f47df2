"""Confirm, extend or stop: the method, the judgement, its words, its replay."""
