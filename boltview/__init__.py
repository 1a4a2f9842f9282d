"""boltview: a read-only inspector of bolt databases, above all containerd's meta.db.

Nothing is imported here: each command pays for what it uses and no more.
"""

__version__ = "0.1.0"
