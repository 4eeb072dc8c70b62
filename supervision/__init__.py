"""Supervision (督查): targets, inspections, scorecards, signals; roll-ups, dashboards and reports, which read all the rest."""
