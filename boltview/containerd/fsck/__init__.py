"""What does not fit together between a node's databases and its disk."""
