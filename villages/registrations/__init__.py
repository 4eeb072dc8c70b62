"""What the village file offers to the platform's registries, one module a subject."""

from villages.registrations import posts, village_files

__all__ = ["posts", "village_files"]
