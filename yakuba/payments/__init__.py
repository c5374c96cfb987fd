"""payments: what residents owe the town, and what was received. Integer yen, never edited.

A **charge** is owed; an **attempt** is one try to pay it with one provider; a **provider message** is stored
before it is understood; the **ledger** alone says what was paid. "Failed" is never final, and money that
came twice becomes a **refund task**. Start reading at `rules`, then `operations.attempting` and `operations.posting`.
"""
