"""Audit: the append-only record of who changed what, who saw personal data and who exported lists."""
