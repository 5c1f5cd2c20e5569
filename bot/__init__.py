"""The running program and its doors to the world."""
