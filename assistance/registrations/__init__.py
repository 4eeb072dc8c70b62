"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import policies, visits

__all__ = ["policies", "visits"]
