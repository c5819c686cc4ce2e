"""Print every problem of the book, or of the files whose path holds the argument."""

import sys
from pathlib import Path

from tests.rules import BOOK_RULES, PAGE_RULES, problems
from tools.source.book import Book

wanted = sys.argv[1] if len(sys.argv) > 1 else ""
book = Book(Path(__file__).resolve().parents[2])
count = 0
for name in (*PAGE_RULES, *BOOK_RULES):
    for problem in problems(name, book):
        if wanted in problem.path:
            print(f"[{name}] {problem}")
            count += 1
sys.exit(f"{count} problems" if count else 0)
