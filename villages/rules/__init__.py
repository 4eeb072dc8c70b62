"""Rules about villages, as SQL expressions."""
