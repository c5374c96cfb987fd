"""submissions: what was handed in (**submission**, its **revisions**), and the clerks' work on it.

Start reading at `operations.receive`.
"""
