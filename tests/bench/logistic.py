# SPDX-License-Identifier: MIT
"""logistic.py BIN DATA [SET...] - pa-train beside scikit-learn's best logistic regression

For each set and each of $SPLITS (5) draws the same 70 % of the rows teach and the same 30 % judge.
pa-train gets the table as it is; scikit-learn gets the same columns, numbers standardised (missing
ones: the mean, and an indicator), categories one-hot.  Both choose among the same ten penalties, C
from 1e-4 to 1e4, by log-loss in 5 folds of their own.  Prints AUC and log-loss on the rows that
judge, scikit-learn's and how pa-train's differ: means over the draws and the standard error of the
mean difference.  Exit 1 when pa-train's is worse by more than two standard errors and more than
0.0001.  Made with scikit-learn 1.9.1.  Sets that are not there are left out.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TOLERANCE = 0.0001
SPLITS = int(os.environ.get("SPLITS", "5"))
CS = np.logspace(-4, 4, 10)
FOLDS = StratifiedKFold(5, shuffle=True, random_state=1)
BIN, DATA, *SETS = sys.argv[1:]
ADULT = ("age workclass fnlwgt education education_num marital occupation relationship race sex "
         "gain loss hours country label").split()


def adult():
    parts = [pd.read_csv(f"{DATA}/uci-jbrownlee/adult-{p}.csv", header=None, names=ADULT,
                         skipinitialspace=True) for p in ("train", "test")]
    d = pd.concat(parts, ignore_index=True)
    d["label"] = d.label.astype(str).str.startswith(">50K").astype(int)
    return d, "label", []


def bank():
    d = pd.read_csv(f"{DATA}/bank-marketing/bank-additional-full.csv.gz", sep=";")
    d.columns = [c.replace(".", "_") for c in d.columns]
    d["y"] = (d.y == "yes").astype(int)
    return d.drop(columns="duration"), "y", []


def shoppers():
    d = pd.read_csv(f"{DATA}/online-shoppers/online_shoppers_intention.csv")
    for c in ("Revenue", "Weekend"):
        d[c] = d[c].astype(int)
    return d, "Revenue", ["OperatingSystems", "Browser", "Region", "TrafficType"]


def hillstrom():
    d = pd.read_csv(f"{DATA}/hillstrom/hillstrom.csv")
    return d.drop(columns=["conversion", "spend"]), "visit", []


def obd():
    parts = [pd.read_csv(f"{DATA}/obd/{p}/all/all.csv", index_col=0) for p in ("random", "bts")]
    d = pd.concat(parts, ignore_index=True)
    keep = [c for c in d.columns if c.startswith("user_feature")] + ["item_id", "position", "click"]
    return d[keep], "click", ["item_id", "position"]


def ipinyou():
    """Impressions of real-time bidding: one level of each of 16 fields a row, told by number."""
    with open(f"{DATA}/ipinyou/featindex.fm.txt") as f:
        level = {i: name.split(":", 1) for name, i in (line.rstrip("\n").split("\t") for line in f)}
    rows = []
    with open(f"{DATA}/ipinyou/train.fm.txt") as f:
        for line in f:
            click, *active = line.split()
            row = dict(level[a.split(":")[0]] for a in active)
            row["click"] = int(click)
            rows.append(row)
    d = pd.DataFrame(rows)
    return d, "click", [c for c in d.columns if c != "click"]


def theirs(train, test, label, categories):
    numbers = [c for c in train.columns if c != label and c not in categories]
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), categories))
    fit = LogisticRegressionCV(Cs=CS, cv=FOLDS, scoring="neg_log_loss",
                               max_iter=2000, l1_ratios=(0,), use_legacy_attributes=False)
    model = make_pipeline(columns, fit).fit(train.drop(columns=label), train[label])
    return model.predict_proba(test.drop(columns=label))[:, 1]


def ours(train, test, label, categories, work):
    train.to_csv(f"{work}/train.csv", index=False)
    test.to_csv(f"{work}/test.csv", index=False)
    features = ",".join(c.replace("-", "\\-") for c in train.columns if c != label)
    grid = "l2=" + ",".join(f"{1 / c:.17g}" for c in CS)
    call = [f"{BIN}/pa-train", "-q", "-l", label, "-f", features, "--cv", "5", "--grid", grid,
            "-M", f"{work}/model"]
    if categories:
        call += ["--categorical", ",".join(c.replace("-", "\\-") for c in categories)]
    subprocess.run(call + [f"{work}/train.csv"], check=True)
    subprocess.run([f"{BIN}/pa-rank", "-q", "-m", f"{work}/model", "-o", f"{work}/scored.csv",
                    f"{work}/test.csv"], check=True)
    return pd.read_csv(f"{work}/scored.csv").score


def split(d, seed):
    teach = np.random.default_rng(seed).random(len(d)) < 0.7
    return d[teach], d[~teach]


def beside(values):
    """The peer's mean, the mean difference, its standard error; values (splits, ours and theirs)."""
    ours_, peers = np.array(values).T
    difference = ours_ - peers
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else 0
    return peers.mean(), difference.mean(), error


worse = False
print(f"{'set':<16} {'rows':>6} {'AUC':>8} {'differs':>9} {'(s.e.)':>8} {'log-loss':>9} {'differs':>9} {'(s.e.)':>8}")
for name, read in (("adult", adult), ("bank-marketing", bank), ("online-shoppers", shoppers),
                   ("hillstrom", hillstrom), ("obd", obd), ("ipinyou", ipinyou)):
    if SETS and name not in SETS:
        continue
    try:
        d, label, categories = read()
    except FileNotFoundError:
        print(f"{name:<16} left out: its data is not there")
        continue
    categories = categories + [c for c in d.columns
                               if not pd.api.types.is_numeric_dtype(d[c]) and c not in categories]
    d[categories] = d[categories].astype(str)
    aucs, losses = [], []
    for seed in range(1, SPLITS + 1):
        train, test = split(d, seed)
        with tempfile.TemporaryDirectory() as work:
            p, q = ours(train, test, label, categories, work), theirs(train, test, label, categories)
        y = test[label].to_numpy()
        aucs.append((roc_auc_score(y, p), roc_auc_score(y, q)))
        losses.append((log_loss(y, p), log_loss(y, q)))
    auc, gain, auc_error = beside(aucs)
    loss, rise, loss_error = beside(losses)
    worse |= gain < -max(2 * auc_error, TOLERANCE) or rise > max(2 * loss_error, TOLERANCE)
    print(f"{name:<16} {len(d):>6} {auc:8.5f} {gain:+9.5f} {auc_error:8.5f} "
          f"{loss:9.5f} {rise:+9.5f} {loss_error:8.5f}", flush=True)
sys.exit(worse)
