"""What assistance offers to the platform's registries, one module a subject."""

from assistance.registrations import measures, policies, visits

__all__ = ["measures", "policies", "visits"]
