"""Measurements, run by hand: what a message costs, and how fast one can be stored and acknowledged."""
