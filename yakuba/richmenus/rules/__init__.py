"""rules: the arithmetic of a menu's board. Pure: no Django, no clock, no pictures."""
