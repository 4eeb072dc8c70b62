"""Figures of the annual report that are counted from village files, one module a subject."""

from villages.figures import poor_villages, surveys

__all__ = ["poor_villages", "surveys"]
