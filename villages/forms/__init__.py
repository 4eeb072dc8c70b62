"""Forms of the village file."""
