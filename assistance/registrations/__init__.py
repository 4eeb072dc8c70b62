"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import difficulties, visits

__all__ = ["difficulties", "visits"]
