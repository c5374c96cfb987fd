"""Procedures as pages inside LINE: `runs` are the pages, `fields` what stands in them, `uploads` their files."""

from yakuba.procedures.portal import uploads
from yakuba.procedures.portal.runs import liff_address
from yakuba.procedures.queries import page_of

__all__ = ["liff_address", "page_of", "uploads"]
