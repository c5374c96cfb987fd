"""conditions: one language for "when", judged in Python and compiled to SQL, both alike.

A **condition** is a small tree (`tree`): all of, any of, none of, over "fact, operator, value". A **fact**
(`facts`) says what it is called, what kind of value it has, and how it is read of one person and of everybody.
No tables, no clock; `tree`, `facts`, `operands`, `judging` and `searching` know no Django, so rules may use them.

Start reading at `tree`, then `operands`: it turns every operator into one of six tests, and both judges
(`judging`, `compiling`) know only those. `checking` finds what is wrong, `wording` says it in Japanese.
"""
