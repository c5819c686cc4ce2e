"""Print every problem of the book, or of the files whose path holds the argument."""

import sys
from pathlib import Path

from tests.rules import BOOK_RULES, PAGE_RULES, problems
from tools.source.book import Book
from tools.source.pages import PageError

part = sys.argv[1] if len(sys.argv) > 1 else ""
try:
    book = Book(Path(__file__).resolve().parents[2])
except PageError as problem:
    sys.exit(str(problem))
count = 0
for name in (*PAGE_RULES, *BOOK_RULES):
    for problem in problems(name, book):
        if part in problem.path:
            print(f"[{name}] {problem}")
            count += 1
sys.exit(f"{count} problems" if count else 0)
