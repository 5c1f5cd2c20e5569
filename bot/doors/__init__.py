"""Where words come in: authenticated, stored, and only then acknowledged."""
