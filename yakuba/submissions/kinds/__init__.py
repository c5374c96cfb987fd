"""What submissions bring along for others: the outcome, and answers as criteria of groups."""
