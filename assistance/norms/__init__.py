"""The norms that assistance applies, one module a subject."""

from assistance.norms import visits

__all__ = ["visits"]
