"""What a message states: sleeps, feeds, doses and the like, each with the words it came from, and what is doubtful."""
