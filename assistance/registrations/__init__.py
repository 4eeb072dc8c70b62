"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import businesses, channels, policies, visits

__all__ = ["businesses", "channels", "policies", "visits"]
