"""Funding (资金): sources, the ledger, projects, subsidies, payments and their disclosure."""
