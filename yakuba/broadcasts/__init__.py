"""broadcasts: messages to segments. A **delivery** has arms and batches; no row per recipient.

Start reading at `operations.submit`.
"""
