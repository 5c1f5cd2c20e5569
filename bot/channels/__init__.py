"""How words leave by each platform: what it can carry, and what became of them."""
