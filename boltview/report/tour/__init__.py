"""The tour of a file: what there is to see, steps that point at bytes, and their text."""
