"""Searching keys, raw values and decoded values of a whole database."""
