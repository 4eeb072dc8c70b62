"""Pages of policy documents: contents and search, one document, one clause, keeping them."""
