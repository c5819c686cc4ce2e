"""Answers to the exercises on people and judges, wrong and right."""

from importlib.resources import files

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

YES = (115, 98, 44, 19, 140, 168)
NO = (41, 81, 53, 57, 29, 11)
OURS = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")
SWAPPED = dict.fromkeys(YES, "no") | dict.fromkeys(NO, "yes")


def agreement(ratings, criterion, keys=("id", "system"), gaps="drop"):
    rows = ratings[ratings["criterion"] == criterion]
    table = rows.pivot_table(
        index=list(keys), columns="rater", values="answer", aggfunc="first"
    )
    table = table.dropna() if gaps == "drop" else table.fillna("no")
    first, second = table["anna"], table["bo"]
    return len(table), (first == second).mean(), cohen_kappa_score(first, second)


def gaps_are_no(ratings, criterion):
    return agreement(ratings, criterion, gaps="no")


def only_days(ratings, criterion):
    return agreement(ratings, criterion, keys=("id",))


def row_by_row(ratings, criterion):
    rows = ratings[ratings["criterion"] == criterion]
    anna = rows.loc[rows["rater"] == "anna", "answer"].to_numpy()
    bo = rows.loc[rows["rater"] == "bo", "answer"].to_numpy()
    n = min(len(anna), len(bo))
    return n, (anna[:n] == bo[:n]).mean(), cohen_kappa_score(anna[:n], bo[:n])


def other_criterion(ratings, criterion):
    return agreement(ratings, "clear")


def half_is_luck(ratings, criterion):
    n, raw, _ = agreement(ratings, criterion)
    return n, raw, (raw - 0.5) / 0.5


def only_raw(ratings, criterion):
    n, raw, _ = agreement(ratings, criterion)
    return n, raw, raw


def by_merge(ratings, criterion):
    rows = ratings.query("criterion == @criterion")
    anna, bo = (rows[rows["rater"] == name] for name in ("anna", "bo"))
    both = anna.merge(bo, on=["id", "system"])
    a, b = both["answer_x"], both["answer_y"]
    raw = (a == b).mean()
    luck = sum((a == x).mean() * (b == x).mean() for x in ("yes", "no"))
    return [len(both), raw, (raw - luck) / (1 - luck)]


def four(sign=1, sets=("cnndm", "xsum"), setting="zero-shot"):
    folder = files("nordlys") / "data"
    study = pd.read_csv(folder / "zhang_table2_human_ratings.csv")
    printed = pd.read_csv(folder / "zhang_table4_freelance.csv").set_index("source")
    davinci = study["model"].str.startswith("Davinci") & (study["setting"] == setting)
    rows = {
        "Zero-shot Instruct Davinci": study[davinci].iloc[0],
        "Reference Summaries": study.iloc[-1],
    }
    table = {
        name: {
            c: sign * (np.mean([row[f"{s}_{c}"] for s in sets]) - printed.loc[name, c])
            for c in printed.columns
        }
        for name, row in rows.items()
    }
    return pd.DataFrame(table).T


def split(scores, bad, dates, by="dates", part="other", side="low"):
    chooses = np.isin(dates, np.unique(dates)[::2])
    if by == "rows":
        chooses = np.arange(len(scores)) % 2 == 0
    if by == "odd":
        chooses = np.array([int(date[-2:]) % 2 == 1 for date in dates])
    if by == "all":
        chooses = np.ones(len(scores), bool)
    known, truth = scores[chooses], bad[chooses]
    best = {
        x: (known < x)[truth].mean() + (known >= x)[~truth].mean()
        for x in np.unique(known)
    }
    limit = max(best, key=best.get)
    judged = chooses if part == "same" or by == "all" else ~chooses
    flags = scores[judged] < limit if side == "low" else scores[judged] > limit
    return flags[bad[judged]].mean(), 1 - flags[~bad[judged]].mean()


def same_texts(scores, bad, dates):
    return split(scores, bad, dates, part="same")


def by_rows(scores, bad, dates):
    return split(scores, bad, dates, by="rows")


def odd_days(scores, bad, dates):
    return split(scores, bad, dates, by="odd")


def on_all(scores, bad, dates):
    return split(scores, bad, dates, by="all")


def high_is_bad(scores, bad, dates):
    return split(scores, bad, dates, side="high")


def other_order(scores, bad, dates):
    return split(scores, bad, dates)[::-1]


def accuracy_twice(scores, bad, dates):
    sens, spec = split(scores, bad, dates)
    return (sens + spec) / 2, (sens + spec) / 2


WRONG = {
    "twelve-verdicts": [
        dict.fromkeys(OURS, "yes"),
        dict.fromkeys(OURS, "no"),
        SWAPPED,
        OURS | {115: "no", 98: "no", 41: "yes"},
        {number: OURS[number] for number in YES},
        OURS | {41: "yes", 11: "yes"},
        OURS | {41: "bad"},
        list(OURS),
    ],
    "form-kappa": [
        gaps_are_no,
        only_days,
        row_by_row,
        other_criterion,
        half_is_luck,
        only_raw,
        lambda ratings, criterion: agreement(ratings, criterion)[2],  # only kappa
        0.6,
    ],
    "table-four": [
        four(sign=-1),
        four(sets=("xsum",)),
        four(sets=("cnndm",)),
        four(setting="five-shot"),
        four().T,
        {},
    ],
    "judge-on-split": [
        same_texts,
        by_rows,
        odd_days,
        on_all,
        high_is_bad,
        other_order,
        accuracy_twice,
        lambda scores, bad, dates: sum(split(scores, bad, dates)) / 2,
        (0.9, 0.9),
    ],
}
ALSO_RIGHT = {
    "twelve-verdicts": [OURS, OURS | {57: "yes", 168: "no"}],
    "form-kappa": [agreement, by_merge],
    "table-four": [four(), four().round(2)],
    "judge-on-split": [split],
}
