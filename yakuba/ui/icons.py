"""Our own few pictures: strokes on a square of 24, in the colour of the words beside them."""

ICONS: dict[str, str] = {
    "today": '<path d="M4 11 12 4l8 7"/><path d="M6 10v10h12V10"/><path d="m9.5 15 2 2 3.5-4"/>',
    "incoming": '<path d="M4 13 6.5 5h11L20 13v6H4z"/><path d="M4 13h5a3 3 0 0 0 6 0h5"/>',
    "bookings": '<rect x="4" y="5" width="16" height="15" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>'
    '<path d="m9 15 2 2 4-4"/>',
    "delivery": '<path d="M4 10v5l3 .5L18 19V5L7 9.5z"/><path d="M8 16v4h3v-3.5M21 10v4"/>',
    "make": '<path d="m4 20 1-5L16 4l4 4L9 19z"/><path d="m14 6 4 4"/>',
    "registers": '<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M4 9h16M4 14.5h16M9.5 9v11"/>',
    "figures": '<path d="M4 4v16h16"/><path d="M8 16v-4M12.5 16V8M17 16v-6"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/>'
    '<circle cx="9" cy="17" r="2"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "good": '<circle cx="12" cy="12" r="8.5"/><path d="m8 12.5 2.8 2.8L16 9.5"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.2"/>',
    "caution": '<path d="M12 4 3 20h18z"/><path d="M12 10v5M12 17.4v.2"/>',
    "danger": '<path d="M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7z"/><path d="M12 8v5M12 16v.2"/>',
    "next": '<path d="m9 5 7 7-7 7"/>',
    "back": '<path d="m15 5-7 7 7 7"/>',
    "up": '<path d="m6 15 6-6 6 6"/>',
    "down": '<path d="m6 9 6 6 6-6"/>',
    "sort": '<path d="m8 9 4-4 4 4M8 15l4 4 4-4"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/>',
    "leave": '<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/>'
    '<circle cx="12" cy="12" r="3"/>',
    "download": '<path d="M12 4v11m-5-5 5 5 5-5M4 20h16"/>',
    "undo": '<path d="M8 5 4 9l4 4"/><path d="M4 9h10a5.5 5.5 0 0 1 0 11H9"/>',
    "filter": '<path d="M4 5h16l-6 7.5V19l-4 1.5v-8z"/>',
    "columns": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M9.5 5v14M14.5 5v14"/>',
    "keep": '<path d="M6 4h12v16l-6-4-6 4z"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>',
    "keyboard": '<rect x="3" y="6" width="18" height="12" rx="2"/>'
    '<path d="M7 10h.2M11 10h.2M15 10h.2M8 14h8"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3"/><path d="M7 14h10v6H7z"/>',
    "phone": '<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>',
}
