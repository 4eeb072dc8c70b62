"""Forms of difficulties: filters of the list and the board, writing one down, each act."""
