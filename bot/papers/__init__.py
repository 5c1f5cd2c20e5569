"""What is printed: a child's day, a slip, a letter. Each is the bytes of a PDF; where they go is not known here."""
