"""Export: all objects of one or many nodes as tables, in formats that other programs read."""
