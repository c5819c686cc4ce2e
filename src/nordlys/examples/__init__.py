"""Services that the pages start: each is a small application to read."""
