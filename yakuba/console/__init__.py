"""console: the frame of staff pages. Menu, guard, lists, saved filters, bulk actions with undo, progress.

It knows no business: every package plugs its pages in (`sockets`). Start reading at `sockets.page`.
"""
