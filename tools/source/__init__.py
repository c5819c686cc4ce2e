"""Read the book's source: pages, cells, files, numbers, times."""
