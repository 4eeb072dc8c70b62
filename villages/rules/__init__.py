"""Rules of the village file."""
