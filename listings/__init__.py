"""From an approved mockup to a virtual listing: title, price ladder, variants, and the questions pages ask of it."""
