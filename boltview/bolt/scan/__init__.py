"""All pages of a large file judged at once with NumPy, where it is installed.

A walk page by page costs some 15 microseconds a page, three times and more what bbolt takes for a
file of a gigabyte. Here the tables of a thousand pages are judged together. Only a file without any
doubt comes through; for every other the walk of `boltview/bolt/survey.py` tells what is wrong.
These are the only modules of the program that know NumPy.
"""
