"""What assistance counts as done under norms and measures, one module a subject."""

from assistance.deeds import measures, visits

__all__ = ["measures", "visits"]
