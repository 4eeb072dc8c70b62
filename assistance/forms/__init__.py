"""Forms of visits, follow-ups, absences, and the filters of their lists."""
