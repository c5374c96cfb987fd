"""locks: a code for a booked door, that opens in time and not before or after.

A **door** hangs on a **connection** to a lock maker. An **access grant** is one code for one person, for
neighbouring bookings together; whether it is wanted, whether the maker's cloud has it and whether each
door knows it are three facts. A reconciler brings them together; what it cannot do becomes a **task**
of a clerk.

Start reading at `rules.plans`, then `operations.planning`, then `operations.driving`.
"""
