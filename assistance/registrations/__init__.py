"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import visits

__all__ = ["visits"]
