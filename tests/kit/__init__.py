"""The conversation kit: people who say and hear, on any channel, at any moment of book time."""
