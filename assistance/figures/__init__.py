"""Figures of the annual report that are counted from what is done to help, one module a subject."""

from assistance.figures import difficulties

__all__ = ["difficulties"]
