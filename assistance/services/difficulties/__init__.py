"""Difficulties: written down, assigned, solved, confirmed; escalated when they are late. One module an act."""
