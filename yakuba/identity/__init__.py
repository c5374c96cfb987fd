"""identity: who is it really. Proofs with the My Number card (JPKI), and the evidence that is left of them.

A **provider** verifies for the town; a **check** asks one person once, for one question of one run; **evidence** is
what a verified check leaves, and never changes. Wire formats are kinds that plug into `sockets.verifiers`.

Start reading at `operations.begin`, then `sockets.Connection`.
"""
