"""Figures of the annual report that are counted from village files, one module a subject."""

from villages.figures import poor_villages, posts, surveys

__all__ = ["poor_villages", "posts", "surveys"]
