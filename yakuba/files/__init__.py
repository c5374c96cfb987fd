"""files: what people upload; checked, re-encoded, kept encrypted, deleted in time.

Start reading at `operations.keep`.
"""
