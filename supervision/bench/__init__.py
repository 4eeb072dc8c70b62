"""Benchmarks of roll-ups."""
