"""What assistance counts as done under norms and measures, one module a subject."""

<<<<<<< HEAD
from assistance.deeds import businesses, visits

__all__ = ["businesses", "visits"]
=======
from assistance.deeds import measures, visits

__all__ = ["measures", "visits"]
>>>>>>> measures
