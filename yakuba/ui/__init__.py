"""ui: the design system. Components (`templates/cotton`), form renderer, style-guide page.

Markup and CSS are ours; tokens and behaviour follow the Digital Agency's design system.
"""
