"""Pages of business entities: the list, one business with its households, forms, gains, the survey beside the ties, tabs."""
