"""lotteries: too many wishes for one slot, and a draw that anybody can check.

A **round** offers slots of `bookings`; groups hand in **entries** with ranked wishes; one **draw** gives
the slots away. The town commits itself to a secret before entries open, publishes the hash of the list at
the deadline, and mixes in a number that nobody could know. `rules/method_1.py` is the calculation: the
server runs that file, and residents download it.

Start reading at `rules/method_1.py`, then `operations.draw`.
"""
