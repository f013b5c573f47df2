"""Confirmed demand to factories: qualification, matching, offers and answers, production briefs, delivery."""
