"""How a rushed sentence is read: its topics, its children, and the few words that are commands.

Nothing here knows who is writing, what time it is or where the words will go.
"""
