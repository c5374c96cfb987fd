"""The outcome that submissions bring along."""
