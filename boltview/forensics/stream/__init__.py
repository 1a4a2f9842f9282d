"""Bolt pages in a stream of bytes that is no bolt file: a disk image, a memory dump, a wreck."""
