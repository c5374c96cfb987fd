"""What is said in the talk: `drawing` makes LINE messages of what the engine says, `handlers` hear what comes."""
