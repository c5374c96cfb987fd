"""reports: what was tapped, and measures over time.

Start reading at `operations.tapped`.
"""
