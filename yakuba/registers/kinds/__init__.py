"""The kinds of questions that registers bring along."""
