"""REST resources of visits."""
