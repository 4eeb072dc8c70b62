"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import businesses, channels, difficulties, measures, policies, visits, works

__all__ = ["businesses", "channels", "difficulties", "measures", "policies", "visits", "works"]
