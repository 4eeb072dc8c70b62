"""Rosters: a workbook becomes plain rows with coordinates, is checked, previewed, and committed through the services."""
