"""The village file's part of the demo, one module a subject."""

from villages.demo import poor_villages, village_files

__all__ = ["poor_villages", "village_files"]
