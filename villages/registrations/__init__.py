"""What the village file offers to the platform's registries, one module a subject."""

from villages.registrations import poor_villages, posts

__all__ = ["poor_villages", "posts"]
