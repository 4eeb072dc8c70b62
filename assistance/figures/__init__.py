"""Figures of the annual report that are counted from assistance, one module a subject."""

from assistance.figures import businesses, channels, difficulties, policies, visits, works

__all__ = ["businesses", "channels", "difficulties", "policies", "visits", "works"]
