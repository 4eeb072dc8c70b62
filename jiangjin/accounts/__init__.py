"""Accounts: users, units, roles, grants over areas, API tokens, and the scope that every list goes through."""
