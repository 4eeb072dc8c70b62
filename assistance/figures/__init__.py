"""Figures of the annual report that are counted from assistance, one module a subject."""
