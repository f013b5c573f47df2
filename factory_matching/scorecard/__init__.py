"""How well factories work, from rows, and what follows: scores, standings, findings, appeals."""
