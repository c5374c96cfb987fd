"""signin: password and second step, with django-allauth and django-axes behind our own pages.

Nobody has a session before the second step: whoever has none yet enrols one on the way in (`stages`).
Start reading at `stages`, then `urls`.
"""
