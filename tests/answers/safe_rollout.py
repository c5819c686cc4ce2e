"""Answers to the exercises on safe rollout, wrong and right."""

import math
import shutil
from pathlib import Path

import numpy as np

ADD = "ALTER TABLE waits ADD COLUMN wait_minutes REAL;"
FILL = "UPDATE waits SET wait_minutes = 60 * wait_hours;"
TO_NEW = """CREATE TRIGGER to_new AFTER INSERT ON waits WHEN NEW.wait_minutes IS NULL
    BEGIN UPDATE waits SET wait_minutes = 60 * NEW.wait_hours
    WHERE flight = NEW.flight; END;"""
TO_OLD = """CREATE TRIGGER to_old AFTER INSERT ON waits WHEN NEW.wait_hours IS NULL
    BEGIN UPDATE waits SET wait_hours = NEW.wait_minutes / 60
    WHERE flight = NEW.flight; END;"""
DROP = """DROP TRIGGER to_new; DROP TRIGGER to_old;
    ALTER TABLE waits DROP COLUMN wait_hours;"""
EXPAND = ADD + TO_NEW + TO_OLD + FILL
RENAME = "ALTER TABLE waits RENAME COLUMN wait_hours TO wait_minutes;"
# One trigger for both directions, which fills every gap.
BOTH = """CREATE TRIGGER fill AFTER INSERT ON waits BEGIN UPDATE waits SET
    wait_minutes = coalesce(wait_minutes, 60 * wait_hours),
    wait_hours = coalesce(wait_hours, wait_minutes / 60); END;"""


def remove_first(version):
    Path("live").unlink(missing_ok=True)
    Path("live").symlink_to(version)


def no_clean_up(version):
    Path("next").symlink_to(version)
    Path("next").replace("live")


def takes_what_is_left(version):
    # After an interruption, this may be the link to the other folder.
    if not Path("next").is_symlink():
        Path("next").symlink_to(version)
    Path("next").replace("live")


def move_into(version):
    Path("next").unlink(missing_ok=True)
    Path("next").symlink_to(version)
    shutil.move("next", "live")


def the_other(version):
    clean_switch("green" if version == "blue" else "blue")


def only_once(version):
    if not Path("live").exists():
        clean_switch(version)


def copies(version):
    Path("blue", "index.html").write_text(version)


def clean_switch(version):
    Path("next").unlink(missing_ok=True)
    Path("next").symlink_to(version)
    Path("next").replace("live")


def renamed(version):
    link = Path("blue-or-green")
    if link.is_symlink():
        link.unlink()
    link.symlink_to(version, target_is_directory=True)
    link.rename("live")


def verdict(blue, green, per_hour, boundary, each=False, two_sided=False, start=1):
    b = g = 0
    for hour, (x, y) in enumerate(zip(blue, green, strict=True), start=1):
        b, g, n = (x, y, per_hour) if each else (b + x, g + y, hour * per_hour)
        both = (b + g) / (2 * n)
        error = math.sqrt(both * (1 - both) * 2 / n)
        z = (g - b) / n / error if error else 0
        if (abs(z) if two_sided else z) > boundary:
            return hour - 1 + start
    return None


def each_hour(blue, green, per_hour, boundary):
    return verdict(blue, green, per_hour, boundary, each=True)


def two_sided(blue, green, per_hour, boundary):
    return verdict(blue, green, per_hour, boundary, two_sided=True)


def from_zero(blue, green, per_hour, boundary):
    return verdict(blue, green, per_hour, boundary, start=0)


def at_the_end(blue, green, per_hour, boundary):
    last = verdict([sum(blue)], [sum(green)], per_hour * len(blue), boundary)
    return len(blue) if last else None


def without_zero(blue, green, per_hour, boundary):
    b, g = np.cumsum(blue), np.cumsum(green)
    n = per_hour * np.arange(1, len(b) + 1)
    for hour in range(len(b)):
        both = (int(b[hour]) + int(g[hour])) / (2 * int(n[hour]))
        error = math.sqrt(both * (1 - both) * 2 / int(n[hour]))
        if (int(g[hour]) - int(b[hour])) / int(n[hour]) / error > boundary:
            return hour + 1
    return None


def false_not_none(blue, green, per_hour, boundary):
    return verdict(blue, green, per_hour, boundary) or False


def never(blue, green, per_hour, boundary):
    return None


def with_numpy(blue, green, per_hour, boundary):
    b, g = np.cumsum(blue), np.cumsum(green)
    n = per_hour * np.arange(1, len(b) + 1)
    both = (b + g) / (2 * n)
    with np.errstate(all="ignore"):
        z = (g - b) / n / np.sqrt(both * (1 - both) * 2 / n)
    over = np.nan_to_num(z) > boundary
    return over.argmax() + 1 if over.any() else None


def hours(blue, green, per_hour, share, z=1.6449 + 0.8416, parts=None, up=math.ceil):
    middle = (blue + green) / 2
    parts = parts if parts is not None else 1 / share + 1 / (1 - share)
    return up(middle * (1 - middle) * parts * (z / (green - blue)) ** 2 / per_hour)


def two_sided_hours(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, z=1.96 + 0.8416)


def no_power(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, z=1.6449)


def canary_only(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, parts=1 / share)


def twice_canary(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, parts=2 / share)


def half_half(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, parts=4)


def not_whole(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, up=float)


def in_questions(blue, green, per_hour, share):
    return hours(blue, green, 1, share)


def rounded_quantiles(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, z=1.645 + 0.842)


def as_in_the_table(blue, green, per_hour, share):
    return hours(blue, green, per_hour, share, z=2.49)


WRONG = {
    "expand-contract": [
        (RENAME, ""),
        (ADD + FILL, "ALTER TABLE waits DROP COLUMN wait_hours;"),
        (ADD + TO_NEW + TO_OLD, DROP),
        (ADD + TO_NEW + FILL, DROP),
        (ADD + TO_OLD + FILL, DROP),
        # What is written between filling and trigger is missed.
        (ADD + FILL + TO_NEW + TO_OLD, DROP),
        (ADD + TO_OLD + FILL + TO_NEW, DROP),
        (
            (ADD + TO_NEW + TO_OLD + FILL).replace("60 * ", "").replace(" / 60", ""),
            DROP,
        ),
        (EXPAND, ""),
        (EXPAND, "ALTER TABLE waits DROP COLUMN wait_hours;"),
        (EXPAND, "DROP TABLE waits;"),
        (EXPAND + DROP, ""),
        ("BEGIN;" + EXPAND, DROP),
        (EXPAND.replace("wait_minutes", "minutes"), DROP),
        ("ALTER waits", DROP),
        ADD,
    ],
    "switch-folder": [
        remove_first,
        no_clean_up,
        takes_what_is_left,
        move_into,
        the_other,
        only_once,
        copies,
        "live",
    ],
    "canary-verdict": [
        each_hour,
        two_sided,
        from_zero,
        at_the_end,
        without_zero,
        false_not_none,
        never,
        3,
    ],
    "canary-hours": [
        two_sided_hours,
        no_power,
        canary_only,
        twice_canary,
        half_half,
        not_whole,
        in_questions,
        6,
    ],
}
ALSO_RIGHT = {
    "expand-contract": [
        (
            ADD + BOTH + FILL,
            "DROP TRIGGER fill; ALTER TABLE waits DROP COLUMN wait_hours;",
        ),
        (ADD + TO_NEW + FILL + TO_OLD, DROP),
        # Nobody else writes within a transaction.
        ("BEGIN IMMEDIATE;" + ADD + FILL + TO_NEW + TO_OLD + "COMMIT;", DROP),
        (EXPAND + " -- the old version goes on", DROP.rstrip(";")),
    ],
    "switch-folder": [renamed],
    "canary-verdict": [with_numpy],
    "canary-hours": [rounded_quantiles, as_in_the_table],
}
