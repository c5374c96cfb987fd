"""files: what people upload, and what we make for colleagues; checked, re-encoded, kept encrypted, deleted in time.

Start reading at `operations.keep`.
"""
