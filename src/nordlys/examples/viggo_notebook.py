"""Viggo's notebook: the page on refactoring needs each of its faults."""
# ruff: noqa

# %% [markdown]
# # delay costs NEW v3 (use this one!!)

# %%
import json

import numpy as np
import pandas as pd

from nordlys import load_flights, load_planes

# %%
cols = ["year", "month", "origin", "hour", "carrier", "tailnum", "arr_delay"]
df = load_flights(cols)
df2 = df.copy()

# %%
df = df.merge(load_planes(["tailnum", "year"]), on="tailnum")
df["late"] = df["arr_delay"] > 15
TH = 0.2
tot = 0
res = {}

# %%
# rates from the winter
w = df[df["month"] <= 3]
r = {}
for o in w["origin"].unique():
    for h in w["hour"].unique():
        x = w[(w["origin"] == o) & (w["hour"] == h)]
        if len(x) > 0:
            r[o + str(h)] = x["late"].mean()
b = w["late"].mean()


# %%
def _f(d, flag):
    global tot
    c = 0
    if flag == 1:
        c = d["late"].sum() * 50
    elif flag == 2:
        c = len(d) * 10
    elif flag == 3:
        for (o, h), x in d.groupby(["origin", "hour"]):
            q = r[o + str(h)] if o + str(h) in r else b
            if q > TH:
                c = c + len(x) * 10
            else:
                c = c + x["late"].sum() * 50
    tot = tot + c
    return c / len(d)


# def f_old(d):
#     return d["late"].sum() * 40 / len(d)
# print(f_old(df2))

# %%
te = df[df["month"] > 3]

# %%
# Newark
ewr = te[te["origin"] == "EWR"]
n1 = _f(ewr, 1)
n2 = _f(ewr, 2)
n3 = _f(ewr, 3)
res["EWR"] = {}
res["EWR"]["never"] = round(float(n1), 4)
res["EWR"]["always"] = round(float(n2), 4)
res["EWR"]["rule"] = round(float(n3), 4)
res["EWR"]["flights"] = len(ewr)
res["EWR"]["late"] = round(float(ewr["late"].mean()), 4)

# %%
# Kennedy
jfk = te[te["origin"] == "JFK"]
n1 = _f(jfk, 1)
n2 = _f(jfk, 2)
n3 = _f(jfk, 3)
res["JFK"] = {}
res["JFK"]["never"] = round(float(n1), 4)
res["JFK"]["always"] = round(float(n2), 4)
res["JFK"]["rule"] = round(float(n3), 4)
res["JFK"]["flights"] = len(jfk)
res["JFK"]["late"] = round(float(jfk["late"].mean()), 4)

# %%
# LaGuardia
lga = te[te["origin"] == "LGA"]
n1 = _f(lga, 1)
n2 = _f(lga, 2)
n3 = _f(lga, 3)
res["LGA"] = {}
res["LGA"]["never"] = round(float(n1), 4)
res["LGA"]["always"] = round(float(n2), 4)
res["LGA"]["rule"] = round(float(n3), 4)
res["LGA"]["flights"] = len(lga)
res["LGA"]["late"] = round(float(lga["late"].mean()), 4)

# %%
# airlines, small ones make no sense
for cc in sorted(te["carrier"].unique()):
    x = te[te["carrier"] == cc]
    if len(x) >= 1000:
        res["carrier " + cc] = {}
        res["carrier " + cc]["never"] = round(float(_f(x, 1)), 4)
        res["carrier " + cc]["always"] = round(float(_f(x, 2)), 4)
        res["carrier " + cc]["rule"] = round(float(_f(x, 3)), 4)
        res["carrier " + cc]["flights"] = len(x)
        res["carrier " + cc]["late"] = round(float(x["late"].mean()), 4)

# %%
# old planes worse???
te = te.assign(age=te["year_x"] - te["year_y"])
for lo, hi in [(0, 5), (5, 10), (10, 15), (15, 60)]:
    x = te[(te["age"] >= lo) & (te["age"] < hi)]
    nm = "age " + str(lo) + "-" + str(hi)
    res[nm] = {}
    res[nm]["never"] = round(float(_f(x, 1)), 4)
    res[nm]["always"] = round(float(_f(x, 2)), 4)
    res[nm]["rule"] = round(float(_f(x, 3)), 4)
    res[nm]["flights"] = len(x)
    res[nm]["late"] = round(float(x["late"].mean()), 4)

# %%
# total
res["total"] = {}
res["total"]["never"] = round(float(_f(te, 1)), 4)
res["total"]["always"] = round(float(_f(te, 2)), 4)
res["total"]["rule"] = round(float(_f(te, 3)), 4)
res["total"]["flights"] = len(te)
res["total"]["late"] = round(float(te["late"].mean()), 4)
with open("report.json", "w") as fh:
    json.dump(res, fh, indent=1)
print("rule", res["total"]["rule"])

# %%
# what if? for Jonas
for TH in [0.1, 0.15, 0.25, 0.5]:
    print(TH, round(_f(te, 3), 2))
