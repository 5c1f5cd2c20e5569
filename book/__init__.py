"""What the communication book is: rules only, with no clock, database, network or async."""
