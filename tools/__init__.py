"""Scripts that build, run and check the book; each says with --help what it does."""
