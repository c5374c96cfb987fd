"""config: settings, addresses and processes; the only package that knows all others.

Start reading at `settings` (one file, read from the environment) and `cli` (the `yakuba` command).
"""
