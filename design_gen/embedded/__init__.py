"""The embedded picture net: its shaded drawings, its pipeline, its training and its weights."""
