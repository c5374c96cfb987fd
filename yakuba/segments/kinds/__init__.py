"""The criteria that come with segments: what `residents` knows."""
