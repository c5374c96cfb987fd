"""What LINE refuses, as numbers.

Source: Messaging API reference, "Message objects", "Action objects", "Flex Message"; and "Character
counting in a text": UTF-16 units, but grapheme clusters for labels and the texts of actions.
"""

# A request
MESSAGES = 5
REQUEST_BYTES = 2_000_000

# Texts, in UTF-16 units
TEXT = 5_000
ALT_TEXT = 1_500
LOCATION = 100  # title and address
URL = 2_000  # of an image or a film
# LINE takes 10,000 since 2026-10-27. A LINE that was not updated, and everything made before that
# day, takes 1,000, and no link of ours is longer.
URI = 1_000
DATA = 300
CLIPBOARD = 1_000

# In grapheme clusters
QUICK_REPLY_LABEL = 20
FLEX_LABEL = 40
ACTION_TEXT = 300  # displayText, fillInText, text of a message action

# Numbers of things
QUICK_REPLIES = 13
CAROUSEL_BUBBLES = 12

# Flex, in bytes. LINE says 30 KB and 50 KB and not of which form; the longest form (all escaped to
# ASCII) and the smaller kilobyte are within the limit however it counts.
BUBBLE_BYTES = 30_000
CAROUSEL_BYTES = 50_000
