"""Floor 1, the file format: pages, buckets and revisions of a bolt file, read-only.

This package knows nothing of containerd, text or screens, and imports only the standard library.
"""
