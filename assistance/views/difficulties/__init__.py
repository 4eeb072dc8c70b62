"""Pages of difficulties: the list, the board, one of them, its acts, tabs of household and village."""
