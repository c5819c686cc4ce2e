"""What a section page is made of, from its question to its exercises."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.rules import book_rule, page_rule, section_rule
from tools.source.book import Book, Cell, Page

EXERCISE_LABEL = re.compile(r"ex-[a-z]+(-[a-z]+)*")
OUTCOMES = range(3, 6)
QUIZZES = range(2, 5)
BET = re.compile(r"\?(\s*<!--.*-->)?$|\b(Predict|Guess|Before you run)\b")
OPEN_BET = "the answer stands open below: give its cell the tag hide-output"
KEEP = "Keep this"
VERDICT = re.compile(
    r": ((?:In)?[Cc]orrect|Right|Yes|No(?: so)?|Not so|Wrong|Exactly)\b[.,:;!–]"
)
SOLUTIONS = {"solution", "solution-start"}
STORED = ("check", ast.Store)
OUTCOMES_NAMED = re.compile(
    r"^★{1,3} \(outcomes? (\d+(?:(?:, | and )\d+)*)\) ", re.MULTILINE
)


@page_rule
def one_title(page: Page) -> Iterator[tuple[int, str]]:
    """A page has one title, its first heading."""
    levels = [heading.level for heading in page.headings]
    if levels.count(1) != 1 or levels[0] != 1:
        yield 1, f"{levels.count(1)} titles: begin with one '# Title' and no more"


@page_rule
def title_has_label(page: Page) -> Iterator[tuple[int, str]]:
    """The title of a lecture's page can be linked to."""
    title = next((h for h in page.headings if h.level == 1), None)
    if page.lecture and title and not any(x.startswith("sec-") for x in title.labels):
        yield title.line, f"the title has no label: put (sec-{page.slug})= before it"


@section_rule
def usual_parts(page: Page) -> Iterator[tuple[int, str]]:
    """The parts that a reader finds on every section page."""
    names = [heading.text for heading in page.headings if heading.level == 2]
    for start in ("Break it: ", "Limits", "Exercises"):
        if not any(name.startswith(start) for name in names):
            yield 1, f"no section '{start.strip()}…': write it, or mend its heading"
    if page.box("In this section") is None:
        yield 1, "no admonition 'In this section': add it after the opening"


@section_rule
def outcomes_lead_somewhere(page: Page) -> Iterator[tuple[int, str]]:
    """Three to five outcomes, each linked to the place on the page that earns it."""
    box = page.box("In this section")
    if box is None:
        return
    if len(box.items) not in OUTCOMES:
        yield box.line, f"{len(box.items)} outcomes: give three to five, numbered"
    here = {label for label, _ in page.labels}
    for item in box.items:
        targets = [role.target for line in item for role in line.roles]
        if not targets:
            yield item[0].line, "the outcome has no {ref}: link where it is earned"
        for target in targets:
            if target not in here:
                yield item[0].line, f"{target} is no label here: link on this page"


@section_rule
def outcomes_are_practised(page: Page) -> Iterator[tuple[int, str]]:
    """Each exercise names the outcomes that it practises, and none is left out."""
    box = page.box("In this section")
    outcomes = range(1, len(box.items) + 1) if box else range(0)
    practised: set[int] = set()
    for exercise in page.exercises:
        numbers = outcomes_named(exercise.text)
        if not numbers:
            yield exercise.line, "names no outcome: begin with '★ (outcome 2) …'"
        for number in sorted(numbers - set(outcomes)):
            yield exercise.line, f"there is no outcome {number}: mend the number"
        practised |= numbers
    for number in outcomes:
        if number not in practised:
            line = box.items[number - 1][0].line
            yield line, f"no exercise practises outcome {number}: write one, or name it"


def outcomes_named(text: str) -> set[int]:
    """Return the outcomes in ``★★ (outcomes 1, 3) …``, the beginning of an exercise."""
    match = OUTCOMES_NAMED.search(text)
    return {int(number) for number in re.findall(r"\d+", match[1])} if match else set()


@section_rule
def keep_this(page: Page) -> Iterator[tuple[int, str]]:
    """The page closes with a cheat sheet and one sentence for each outcome."""
    names = [heading.text for heading in page.headings if heading.level == 2]
    if names[-1:] != [KEEP]:
        yield len(page.source_lines), f"does not end with '## {KEEP}': write it last"
        return
    heading, items = page.line_of(f"## {KEEP}"), page.list_under(KEEP)
    table = next((x.line for x in page.lines if x.part == "closing" and x.table), 0)
    if not table or (items and items[0][0].line < table):
        message = "no cheat sheet: put a table first, I want | I write | what happens"
        yield heading, message
    if box := page.box("In this section"):
        outcomes = len(box.items)
        if len(items) != outcomes:
            message = f"{len(items)} sentences to remember for {outcomes} outcomes"
            yield heading, f"{message}: write one for each"
    for item in items:
        line = item[0].line
        if not re.match(r"\s*\d", page.source_lines[line - 1]):
            yield line, "not numbered: write 1., 2., … as the outcomes are"
        if len(item) > 1:
            yield line, f"{len(item)} sentences to remember at once: keep one"


@section_rule
def check_yourself(page: Page) -> Iterator[tuple[int, str]]:
    """Two to four questions in the text, with the answer folded."""
    boxes = [item for item in page.quizzes if item.name == "admonition"]
    if (count := len(page.quizzes)) not in QUIZZES:
        yield 1, f"{count} boxes 'Check yourself': have two to four"
    for box in boxes:
        if "dropdown" not in str(box.options.get("class", "")):
            yield box.line, "the answer is not folded: add ':class: dropdown'"
        if "\n\n" not in box.body.strip():
            yield box.line, "no answer after the question: leave a line, then answer"


@page_rule
def quizzes_give_reasons(page: Page) -> Iterator[tuple[int, str]]:
    """What is said of an option does not repeat the verdict that is put before it."""
    for quiz in page.directives:
        if quiz.name == "quiz":
            for line, row in enumerate(quiz.body.splitlines(), quiz.body_line):
                if match := VERDICT.match(row):
                    problem = f"“{match[1]}” after the verdict that the book writes"
                    yield line, f"{problem}: begin with the reason"


@section_rule
def bets_are_folded(page: Page) -> Iterator[tuple[int, str]]:
    """A question right before a cell is a bet: what settles it opens by a click.

    Where cells follow each other without a word, one of them settles it.
    """
    bet_line = 0  # line of the bet that no output has settled
    for cell in page.cells:
        line, row = said_before(page, cell.line)
        if row != "```":
            if bet_line:
                yield bet_line, OPEN_BET
            bet_line = line if BET.search(row) and not cell.exercise else 0
        if "hide-output" in cell.tags:
            if not bet_line:
                yield cell.line, "folds an output: ask right before it, or show it"
            bet_line = 0
    if bet_line:
        yield bet_line, OPEN_BET


def said_before(page: Page, line: int) -> tuple[int, str]:
    """Return the last line above ``line`` that is not empty, with its number."""
    rows = list(enumerate(page.source_lines[: line - 1], 1))
    return next((row for row in reversed(rows) if row[1].strip()), (0, ""))


@section_rule
def imports_first(page: Page) -> Iterator[tuple[int, str]]:
    """Imports stand once, in a visible cell at the top.

    Files that the page writes have their own, and are imported once they are there.
    """
    cells = [cell for cell in page.cells if imported(cell) - page.modules]
    if cells and cells[0] is not page.cells[0]:
        yield cells[0].line, "imports come late: put them in the first cell"
    if cells and any(tag.startswith(("hide", "remove")) for tag in cells[0].tags):
        yield cells[0].line, "the imports are hidden: a reader needs them, show them"
    for cell in cells[1:]:
        if "drill" not in cell.tags:
            yield cell.line, "imports again: move them to the first cell"


def imported(cell: Cell) -> set[str]:
    """Return the packages that a cell which runs imports at its top level."""
    packages = set()
    for node in cell.tree.body if cell.tree and not cell.file else ():
        match node:
            case ast.Import(names):
                packages |= {name.name.partition(".")[0] for name in names}
            case ast.ImportFrom(str(module)):
                packages.add(module.partition(".")[0])
    return packages


@section_rule
def exercises_are_whole(page: Page) -> Iterator[tuple[int, str]]:
    """Exercises are named, solved, checked, and the last one asks for judgement."""
    exercises = page.exercises
    if len(exercises) not in range(3, 6):
        yield page.line_of("## Exercises"), f"{len(exercises)} exercises: 3 to 5"
    for exercise in exercises:
        if not EXERCISE_LABEL.fullmatch(exercise.label):
            yield (
                exercise.line,
                f"label {exercise.label!r}: name its task, in words without numbers, "
                "such as ex-top-routes",
            )
        if len(exercise.solutions) != 1:
            yield exercise.line, f"{len(exercise.solutions)} solutions: have one"
        if "★" not in exercise.text:
            yield exercise.line, "no stars: begin with ★, ★★ or ★★★"
        asserted = [key for cell in exercise.cells for key in keys_asserted(cell.code)]
        if exercise.cells and asserted != [exercise.key]:
            end = f'assert check("{exercise.key}", …).passed'
            yield exercise.cells[-1].line, f"the solution must hold one line {end}"
        if exercise.cells and f'check("{exercise.key}"' not in exercise.text:
            yield exercise.line, f'does not tell to use check("{exercise.key}", …)'
    for cell in filter(binds_check, page.cells):
        yield cell.line, "check is the book's own: choose another name"
    if exercises and exercises[-1].cells:
        yield exercises[-1].line, "the last exercise has code: ask for judgement"


@page_rule
def solutions_have_exercises(page: Page) -> Iterator[tuple[int, str]]:
    """A solution names an exercise; Sphinx would name a file that does not exist."""
    labels = {exercise.label for exercise in page.exercises}
    for item in page.directives:
        if item.name in SOLUTIONS and item.argument not in labels:
            problem = f"{item.argument} is no exercise of this page"
            yield item.line, f"{problem}: write the label of one"


def binds_check(cell: Cell) -> bool:
    """Say whether a cell gives the book's name ``check`` to something else."""
    return not cell.file and any(
        (isinstance(node, ast.FunctionDef) and node.name == "check")
        or (isinstance(node, ast.Name) and (node.id, type(node.ctx)) == STORED)
        for node in cell.nodes()
    )


@book_rule
def answers_are_checked(book: Book) -> Iterator[tuple[str, int, str]]:
    """A runnable exercise has a checker and wrong answers in its page's modules."""
    runnable = {
        exercise.key: (page, exercise.line)
        for page in book.sections
        for exercise in page.exercises
        if exercise.cells
    }
    for thing, folder, keys in (
        ("checker", "src/nordlys/checks", keys_registered),
        ("wrong answer", "tests/answers", keys_refused),
    ):
        checked = set()
        for path, line, key in in_files(book, folder, keys):
            if key not in runnable:
                yield path, line, f"{key} is no runnable exercise: mend the key"
                continue
            module = f"{folder}/{runnable[key][0].slug.replace('-', '_')}.py"
            if path != module:
                yield path, line, f"{key} is an exercise of another page: see {module}"
            elif key in checked:
                yield path, line, f"a second {thing} of {key}: have one"
            checked.add(key)
        for key in runnable.keys() - checked:
            page, line = runnable[key]
            yield f"book/{page.path}", line, f"{key} has no {thing}: add it in {folder}"


def in_files(
    book: Book, folder: str, keys: Callable[[ast.Module], Iterator[tuple[str, int]]]
) -> Iterator[tuple[str, int, str]]:
    """Yield path, line and key of what ``keys`` finds in the modules of a folder."""
    for file in sorted(book.root.glob(f"{folder}/*.py")):
        for key, line in keys(ast.parse(file.read_text())):
            yield file.relative_to(book.root).as_posix(), line, key


def keys_asserted(code: str) -> list[str]:
    """Return the keys in ``assert check("top-routes", …).passed`` at the top level."""
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        return []
    keys = []
    for statement in statements:
        match statement:
            case ast.Assert(
                test=ast.Attribute(
                    attr="passed",
                    value=ast.Call(
                        func=ast.Name(id="check"),
                        args=[ast.Constant(key), _],
                        keywords=[],  # no seed that happens to suit
                    ),
                )
            ):
                keys.append(str(key))
    return keys


def keys_registered(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the keys in ``@exercise("top-routes")`` with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="exercise"), args=[ast.Constant(str(key))]):
                yield key, node.lineno


def keys_refused(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the keys that ``WRONG`` has a non-empty list for, with their lines."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="WRONG")], value=ast.Dict() as table)
                | ast.AnnAssign(target=ast.Name(id="WRONG"), value=ast.Dict() as table)
            ):
                for key, value in zip(table.keys, table.values, strict=True):
                    empty = isinstance(value, ast.List) and not value.elts
                    if isinstance(key, ast.Constant) and not empty:
                        yield str(key.value), key.lineno


@section_rule
def what_next(page: Page) -> Iterator[tuple[int, str]]:
    """The page ends with what comes next and two or three things to read."""
    closing = [line for line in page.lines if line.part == "closing"]
    roles = [role.name for line in closing for role in line.roles]
    where = page.line_of(f"## {page.closing}")
    if "doc" not in roles or not any(x.text.startswith("Next") for x in closing):
        yield where, "does not say what comes next: add 'Next: {doc}`…`.'"
    if roles.count("cite:t") < 2:
        yield where, "fewer than two things to read: add them by {cite:t}, with why"
