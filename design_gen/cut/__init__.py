"""The cut of each family: geometry in millimetres, drawn as a front or back view laid flat."""
