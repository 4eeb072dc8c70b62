"""Households (户档案): households, members, yearly facts, tiers, helpers, poverty lines, rules, evaluations and imports."""
