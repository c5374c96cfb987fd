"""A mail server that keeps what it is given, a page to read it on, and faults when asked for.

Speaks SMTP (aiosmtpd) on one port and HTTP on another: the mailbox at `/`, the letters as JSON at
`/letters`, the control at `/__control`. Start reading at `post`, then `mailbox`.
"""
