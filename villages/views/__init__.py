"""Pages of the village file."""
