"""kit: the tool box. Small things that every package may use and that know no business.

Clock, Japanese text, money-free formats, locks and refusals, sockets, jobs, encryption, outside calls.
Its one table is the offset of the business clock. Start reading at `errors`, `db`, `plugging` and `clock`.
"""
