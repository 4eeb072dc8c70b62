"""Workbooks that offices send: rows with their places, checks, entries for the services."""
