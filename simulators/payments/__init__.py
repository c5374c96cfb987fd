"""payments: three payment providers, played in memory for demonstration, development and tests.

**stripe** has checkout sessions and signed webhooks, **paypay** has codes that are asked after,
**sbps** takes a form in Shift_JIS and tells a CGI of the merchant. Each has its hosted page where
the **payer** pays with money that does not exist, its settlement file, and faults on demand.
README.md says which behaviour stands in public documents and which is a guess.

Start reading at `world.World`, then `stripe.api`.
"""
