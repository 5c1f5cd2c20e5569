"""The demo: phones in the browser, sample people, and a book time of its own."""
