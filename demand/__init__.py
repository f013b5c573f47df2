"""Interest ledger, clean counting, decision, quantity, settlement."""
