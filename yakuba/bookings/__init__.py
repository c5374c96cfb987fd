"""bookings: what can be booked, when and under which rules, and who has it.

A **facility** has **units** (the halves of a hall); an **offer** is what residents pick (the whole hall, one
of five courts, a seat at a concert). A **booking** has items, and each item holds its units by **claims**:
one row per unit and period, which no other live claim may overlap. Blocks, payments that are waited for
and offers to those who wait are claims as well. Quotas and seats are guarded counters.

Lotteries and locks are not ours: they plug into `sockets`. Start reading at `operations.book`.
"""
