"""The providers that come with yakuba, one file each."""
