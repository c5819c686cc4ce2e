"""What an assistant made of ``delaycost`` when asked to do without loops.

It is a change to be reviewed: plausible, faster, and wrong in one place.
"""
