"""Benchmarks of the village file."""
