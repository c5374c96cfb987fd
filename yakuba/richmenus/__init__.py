"""richmenus: the menu under the talk. Who sees which, in which version, and what LINE has of it.

A **menu** has a draft and immutable versions; a **rule** says who sees it and until when; a **made menu** is
what LINE keeps of one tab, and never changes. Start reading at `definition`, then `operations.mirror`.
"""
