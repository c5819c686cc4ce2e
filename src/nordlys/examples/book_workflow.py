"""The workflow that publishes this book, as the file in its repository has it."""

from importlib.resources import files


def read_book_workflow() -> str:
    """Return the text of the book's ``.github/workflows/pages.yml``.

    The package has a symbolic link to that file, and takes it along when installed.
    """
    file = files("nordlys") / "examples" / "publish_book.yml"
    return file.read_text(encoding="utf-8")
