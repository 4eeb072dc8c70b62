"""What assistance counts as done under norms and measures, one module a subject."""

from assistance.deeds import businesses, measures, visits

__all__ = ["businesses", "measures", "visits"]
