"""Write pages as notebooks for readers."""
