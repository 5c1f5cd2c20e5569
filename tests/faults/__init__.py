"""Faults of the whole program, in processes of their own: what is killed, cut or starved, and what must survive it."""
