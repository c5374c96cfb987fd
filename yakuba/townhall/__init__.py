"""townhall: the town, its **departments**, its **staff**, who may do what (**scope**, **grant**), closed days.

Whatever belongs to a department has a key to `Scope`. Start reading at `models` and `queries.may`.
"""
