"""How many to make, of which variant, and when to order again."""
