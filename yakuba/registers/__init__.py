"""registers: 台帳, tables that the town designs and fills, and that steer procedures.

A **register** has **columns** and **rows**; each change of its rows is an **edition**, which can be taken back.
A **row** is never changed: it ends with one edition, and another row of the same **lineage** begins with it.

Start reading at `models`, then `operations.importing`.
"""
