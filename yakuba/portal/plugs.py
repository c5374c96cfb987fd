"""What portal plugs into others; its own pages register themselves."""

from yakuba.portal import operations
from yakuba.portal import portal as portal  # registers its pages
from yakuba.residents import sockets as residents

residents.forgotten.connect(operations.forget_uploads_of)
