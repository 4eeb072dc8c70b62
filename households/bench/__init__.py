"""Benchmarks of the household file."""
