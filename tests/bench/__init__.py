"""Measures Feedsift beside what could be used instead, and how cost grows with a library: `make bench`."""
