"""Figures of the annual report that are counted from assistance, one module a subject."""

from assistance.figures import policies

__all__ = ["policies"]
