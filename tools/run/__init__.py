"""Run pages: one alone and isolated, or all that have changed."""
