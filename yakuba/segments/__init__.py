"""segments: groups of residents by condition; counted before use, explained to the resident.

Start reading at `queries.residents_in`.
"""
