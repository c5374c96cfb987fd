"""procedures: everything a citizen does. A **procedure** is sections of questions, published as immutable **versions**;
a **run** is one person going through one version, in the talk or on a page.

Start reading at `rules.advance` (the engine) and `operations.turn` (one turn of a run).
"""
