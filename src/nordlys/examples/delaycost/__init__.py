"""What acting on flights costs: the report that Viggo's notebook made, as a package.

As it stands before its two bugs are mended, which the page on refactoring does.
"""
