"""Answers to the exercises on quality and safety, wrong and right."""

import re

import numpy as np

VOUCHER = ("voucher {code}", "{euros} euros", "valid until {until}")


def voucher_problems(text, facts, phrases=VOUCHER, edge=r"\b", rest=True):
    missing = []
    for phrase in phrases:
        text, times = re.subn(f"{edge}{phrase.format(**facts)}{edge}", "", text)
        if not times:
            missing.append(phrase)
    return missing + (re.findall(r"\d+", text) if rest else [])


def bag_of_numbers(text, facts):
    known = re.findall(r"\d+", str(facts))
    return [number for number in re.findall(r"\d+", text) if number not in known]


def no_edges(text, facts):
    missing = [p for p in VOUCHER if p.format(**facts) not in text]
    return missing


def only_missing(text, facts):
    return voucher_problems(text, facts, rest=False)


def only_rest(text, facts):
    for phrase in VOUCHER:
        text = text.replace(phrase.format(**facts), "")
    return re.findall(r"\d+", text)


def without_code(text, facts):
    return voucher_problems(text, facts, ("{code}", "{euros} euros"))


def without_sum(text, facts):
    return voucher_problems(text, facts, ("{code}", "valid until {until}"), rest=False)


def says_true(text, facts):
    return not voucher_problems(text, facts)


def one_order(text, facts):
    whole = "Your voucher {code} over {euros} euros is valid until {until}."
    return [] if text == whole.format(**facts) else ["other"]


def rate(bad, flags, new_flags, least=1.1, swap=False, clip=False):
    sens, spec = flags[bad].mean(), 1 - flags[~bad].mean()
    if swap:
        sens, spec = spec, sens
    if least is not None and sens + spec <= least:
        return None
    with np.errstate(all="ignore"):
        result = (new_flags.mean() + spec - 1) / (sens + spec - 1)
    return float(np.clip(result, 0, 1)) if clip else result


def flagged_share(bad, flags, new_flags):
    return new_flags.mean()


def never_none(bad, flags, new_flags):
    return rate(bad, flags, new_flags, least=None)


def swapped(bad, flags, new_flags):
    return rate(bad, flags, new_flags, swap=True)


def old_rate(bad, flags, new_flags):
    return bad.mean()


def precision_instead(bad, flags, new_flags):
    return new_flags.mean() * bad[flags].mean()


def python_rate(bad, flags, new_flags):
    pairs = list(zip(bad, flags, strict=True))
    sens = sum(f for b, f in pairs if b) / sum(bad)
    spec = sum(not f for b, f in pairs if not b) / sum(~bad)
    if sens + spec - 1 <= 0.1:
        return None
    return (sum(new_flags) / len(new_flags) + spec - 1) / (sens + spec - 1)


def only_attacks(remarks, attacks, tpr, fpr):
    return tpr * attacks, 1.0


def all_remarks(remarks, attacks, tpr, fpr):
    alarms = tpr * attacks + fpr * remarks
    return alarms, tpr * attacks / alarms


def recall_instead(remarks, attacks, tpr, fpr):
    return tpr * attacks + fpr * (remarks - attacks), tpr


def other_order(remarks, attacks, tpr, fpr):
    alarms = tpr * attacks + fpr * (remarks - attacks)
    return tpr * attacks / alarms, alarms


def as_list(remarks, attacks, tpr, fpr):
    alarms = tpr * attacks + fpr * (remarks - attacks)
    return [np.float64(alarms), tpr * attacks / alarms]


def as_array(remarks, attacks, tpr, fpr):
    return np.array(as_list(remarks, attacks, tpr, fpr))


def may(call, case, sent, most=3, tool=True, address=True, template="is"):
    allowed = ("delay", "rebooked", "voucher")
    fits = {
        "is": call["template"] in allowed,
        "starts": call["template"].startswith(allowed),
        "part": call["template"] in " ".join(allowed),
        "any": True,
    }
    return (
        (call["tool"] == "send_message" or not tool)
        and (call["address"] == case["address"] or not address)
        and fits[template]
        and len(sent) < most
    )


def four_times(call, case, sent):
    return may(call, case, sent, most=4)


def twice(call, case, sent):
    return may(call, case, sent, most=2)


def any_tool(call, case, sent):
    return may(call, case, sent, tool=False)


def any_address(call, case, sent):
    return may(call, case, sent, address=False)


def longer_address(call, case, sent):
    same = call["address"].startswith(case["address"])
    return may(call, case, sent, address=False) and same


def three_of_a_template(call, case, sent):
    alike = [message for message in sent if message["template"] == call["template"]]
    return may(call, case, alike)


def three_of_a_call(call, case, sent):
    return may(call, case, [message for message in sent if message == call])


def any_text(call, case, sent):
    return may(call, case, sent, template="any")


def starts_alike(call, case, sent):
    return may(call, case, sent, template="starts")


def part_of_text(call, case, sent):
    return may(call, case, sent, template="part")


def step_by_step(call, case, sent):
    if len(sent) > 2 or call["tool"] != "send_message":
        return 0
    if call["address"] != case["address"]:
        return 0
    return int(call["template"] in ["voucher", "delay", "rebooked"])


WRONG = {
    "voucher-text": [
        bag_of_numbers,
        no_edges,
        only_missing,
        only_rest,
        without_code,
        without_sum,
        says_true,
        one_order,
        [],
    ],
    "corrected-rate": [
        flagged_share,
        never_none,
        swapped,
        old_rate,
        precision_instead,
        lambda *judged: rate(*judged, least=1.75),  # asks for too much
        lambda *judged: rate(*judged, least=1.3),
        lambda *judged: rate(*judged, least=1),
        lambda *judged: rate(*judged, clip=True),
        0.7,
    ],
    "alarms-worth": [
        only_attacks,
        all_remarks,
        recall_instead,
        other_order,
        lambda *asked: as_list(*asked)[1],  # only the worth
        3,
    ],
    "send-permission": [
        four_times,
        twice,
        any_tool,
        any_address,
        longer_address,
        three_of_a_template,
        three_of_a_call,
        any_text,
        starts_alike,
        part_of_text,
        True,
    ],
}
ALSO_RIGHT = {
    "voucher-text": [voucher_problems],
    "corrected-rate": [rate, python_rate],
    "alarms-worth": [as_list, as_array],
    "send-permission": [may, step_by_step],
}
