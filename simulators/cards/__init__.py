"""cards: My Number cards, who checks them for a town, and the CA behind them; all of it a test only.

A **person** holds a **card** (or a phone) with up to two certificates from the **test CA**. The platform
**operator** has a **verification** done for a **contract**; the **provider** shaped like デジタル認証アプリ does it over OIDC.
What somebody holds a card for is an **errand**; its pages are `hosted`. The wire is in README.md.

Start reading at `world.World`, then `verifications`.
"""
