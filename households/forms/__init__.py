"""Forms of the household file: filters of lists, facts, decisions."""
