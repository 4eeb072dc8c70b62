"""REST resources of the household file. Sealed numbers appear masked only."""
