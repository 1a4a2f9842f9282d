"""Objects of containerd as tables, as JSON, and in full."""
