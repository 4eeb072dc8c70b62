"""Procedures: ordered steps with who may take them, their evidence and their days; the 公示 notice is one of them."""
