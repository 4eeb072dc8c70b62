"""Areas: county, town, village, group, with immutable paths, dated codes and the prefix query "everything under X"."""
