"""mail: **letters** to staff; queued, batched, bounced, sent again. They carry no personal data.

Start reading at `operations.post`.
"""
