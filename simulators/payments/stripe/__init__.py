"""stripe: Checkout, payment intents, refunds, events and signed webhooks, as far as a town needs them."""
