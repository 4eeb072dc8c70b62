"""Pages of resettlement sites, relocations, house repairs and courses."""
