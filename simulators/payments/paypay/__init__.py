"""paypay: the Open Payment API for dynamic codes: made, paid, asked after, cancelled, refunded once."""
