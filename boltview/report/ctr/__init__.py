"""What `ctr` prints, from objects and files alone: pure functions from objects to lines of text.

Formats are those of containerd 1.6 and 2.4; `boltview/cli/ctr.py` chooses among them.
"""
