"""Tests: folders mirror boltview/, quality/ holds the repository to its own rules.

A package only so that `tests.…` names these files and never an installed package of that name.
"""
