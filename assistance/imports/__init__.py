"""Lists that come as files or pasted text."""
