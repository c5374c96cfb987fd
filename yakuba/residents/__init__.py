"""residents: people. A town's own record, to which LINE accounts are attached; **attributes**, families, proxies.

Start reading at `operations.meet`.
"""
