"""portal: the frame of citizen pages inside LINE, sign-in by ID token, "my page".

Start reading at `sockets.page`.
"""
