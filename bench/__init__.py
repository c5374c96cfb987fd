"""bench: what the product costs, each time beside a floor measured in the same run.

A **floor** is the fastest honest way we know to do the same work; `README.md` says how to read it.

Start reading at `__main__`, then `intake`.
"""
