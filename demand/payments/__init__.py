"""Deposits: asked, paid, checked, given back; at a payment provider or by bank transfer."""
