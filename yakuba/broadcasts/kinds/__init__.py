"""The source of outgoing work that broadcasts plug into the wire's one sender."""
