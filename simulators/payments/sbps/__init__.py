"""sbps: the link type of SB Payment Service (a form in Shift_JIS, a CGI of the merchant) and its API type."""
