"""line: the LINE Platform, played in memory for demonstration, development and tests.

A **person** talks with the one official **account**; what is said is an **item** of the **talk**.
`server` puts the areas together; each area of LINE's API is one file. The **phone** is the page
that people look at, `driver` is the same phone for tests, `faults` makes LINE misbehave.

Start reading at `world.World`, then `messaging`.
"""
