"""Text as Markdown that says the same in JupyterLab, in Colab and on GitHub."""

import re
from html import escape


def escape_text(text: str) -> str:
    """Return text in which nothing is taken for Markdown, HTML or mathematics."""
    text = re.sub(r"([\\`*~])", r"\\\1", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    text = text.replace("<", "&lt;").replace("](", "]&#40;")
    # A backslash does not help: the formula is looked for again in the HTML.
    return text.replace("$", "<span>&#36;</span>")


def guard_lines(text: str) -> str:
    """Return a paragraph none of whose lines begins a list, heading or quotation."""
    text = re.sub(r"^(#{1,6}|[+-])(?=\s|$)", r"\\\1", text, flags=re.MULTILINE)
    text = re.sub(r"^(>|=+$|-+$)", r"\\\1", text, flags=re.MULTILINE)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", text, flags=re.MULTILINE)


def one_line(text: str) -> str:
    """Return text without line breaks."""
    return " ".join(text.split())


def surround(mark: str, text: str) -> str:
    """Return text between marks, which must not touch white space."""
    core = text.strip()
    if not core:
        return text
    start = text.index(core)
    return f"{text[:start]}{mark}{core}{mark}{text[start + len(core) :]}"


def code_span(text: str) -> str:
    """Return code for a sentence, whatever backticks it holds."""
    text = text.replace("\n", " ")
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    padding = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{ticks}{padding}{text}{padding}{ticks}"


def fenced(text: str, language: str) -> str:
    """Return a block of code, whatever backticks it holds."""
    longest = max(map(len, re.findall(r"^ *(`{3,})", text, re.MULTILINE)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def quoted(text: str) -> str:
    """Return Markdown as a quotation."""
    return "\n".join(f"> {line}" if line else ">" for line in text.splitlines())


def indented(text: str, width: int) -> str:
    """Return Markdown with all lines but the first moved to the right."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in rest)])


def details(summary: str, text: str) -> str:
    """Return a box that opens; it works in Colab, JupyterLab and on GitHub."""
    title = escape(one_line(summary), quote=False)
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"
