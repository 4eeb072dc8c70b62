"""Forms of dashboards and their lists."""
