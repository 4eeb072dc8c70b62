"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import businesses, channels, visits

__all__ = ["businesses", "channels", "visits"]
