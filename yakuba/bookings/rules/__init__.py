"""The pure rules of booking: terms, opening hours, slots, fees, quotas. No database, no clock."""
