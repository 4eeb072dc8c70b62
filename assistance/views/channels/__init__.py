"""Pages of the six batches: the table, the lists behind it, setting and proposing channels, the household's tab."""
