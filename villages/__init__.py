"""Villages (贫困村): the village file, poor-village status with its evidence, posts, support groups, surveys, village exit."""
