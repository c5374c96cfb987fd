"""The kinds of rules that ship with richmenus, and the batches of links for the one sender."""
