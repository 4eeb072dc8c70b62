"""Assistance (帮扶): the 1+9 documents, measures of the six batches, enrolments, difficulties, visits and their monthly check."""
