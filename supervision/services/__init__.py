"""Writing and reading across all apps: only supervision stands above them all."""
