"""audit: who saw, changed and exported what. Append-only, each **entry** chained to the one before by its hash.

Start reading at `operations.record`.
"""
