"""What ui plugs into others: kinder sentences into Django's forms."""

from yakuba.ui.forms import speak_kindly

speak_kindly()
