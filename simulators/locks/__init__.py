"""locks: RemoteLOCK and its doors, played in memory for demonstration, development and tests.

The **cloud** (`api`) takes access persons, bookings and accesses; a **door** (`doors`) knows what it
was told at its last heartbeat, and nothing else. README.md says which behaviour stands in public
documents and which is a guess.

Start reading at `world.World`, then `doors.Door`.
"""
