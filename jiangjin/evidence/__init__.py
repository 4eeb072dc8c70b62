"""Photos and documents that prove what records say: checked, kept for good, seen by whoever may see the record."""
