"""REST: indicators and roll-ups."""
