"""Floor 3, evidence: copies of live databases, what is said of them, and what changes in them."""
