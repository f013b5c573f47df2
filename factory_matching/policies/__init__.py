"""Policies on a match: who must get a share, who must not get more, what stays together; and the proof they held."""
