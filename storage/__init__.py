"""What is remembered: each step wholly done or not at all."""
