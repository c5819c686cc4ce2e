"""Show a report that a page has written as readers of the report see it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Report:
    """A report in Markdown; a notebook shows it set, not its source.

    Attributes:
        text: the Markdown.
    """

    text: str

    def save(self, path: str | Path) -> "Report":
        """Write it into a file.

        Args:
            path: of the file.

        Returns:
            The report itself, so that a cell shows it.
        """
        Path(path).write_text(self.text, encoding="utf-8")
        return self

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """Return the Markdown, for where nothing can be set."""
        return self.text
