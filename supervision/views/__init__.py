"""Pages: dashboards, and the rows behind their numbers."""
