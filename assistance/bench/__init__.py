"""Benchmarks of assistance."""
