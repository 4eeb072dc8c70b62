"""Benchmarks of what everybody passes: the door and the frame of every page."""
