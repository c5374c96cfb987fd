"""checks: what LINE refuses, retyped from its reference: every message, action and menu.

A **rule** looks at one value and tells `Problems` what is wrong with it, in LINE's words and with
LINE's name of the place. `base` has the small rules; the rest are put together from them.

Start reading at `sending.problems`.
"""
