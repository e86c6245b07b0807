# SPDX-License-Identifier: MIT
"""Coefficients that tests/pa-train.t compares with: python train.py DATA-FOLDER OUT-FOLDER

Made with statsmodels 0.15.0 (maximum likelihood: coefficients and standard errors, Newton to 1e-14)
and scikit-learn 1.9.1 (LogisticRegression(C=1), newton-cholesky with tol=1e-12; intercept free).
The tests hold pa-train to 1e-6, hsbdemo to 1e-5.  Terms are named as pa-train names them.
"""
import sys
import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression

data, out = sys.argv[1:]


def write(name, rows, header="term,estimate,std_error"):
    with open(f"{out}/{name}.csv", "w") as f:
        f.write(header + "\n")
        for row in rows:
            f.write(",".join(x if isinstance(x, str) else f"{x:.12g}" for x in row) + "\n")


def design(d, numbers, categories, references={}):
    """Columns by name: numbers, then indicators of all levels but the reference."""
    columns = {"(intercept)": np.ones(len(d))}
    for c in numbers:
        columns[c] = d[c].astype(float)
    for c in categories:
        levels = sorted(d[c].astype(str).unique())
        for level in levels:
            if level != references.get(c, levels[0]):
                columns[f"{c}={level}"] = (d[c].astype(str) == level).astype(float)
    return pd.DataFrame(columns)


def likelihood(name, d, label, numbers, categories):
    x = design(d, numbers, categories)
    r = sm.Logit(d[label], x).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
    write(name, zip(x.columns, r.params, r.bse))


d = pd.read_csv(f"{data}/ucla/binary.csv")
likelihood("binary", d, "admit", ["gre", "gpa"], ["rank"])
d = pd.read_csv(f"{data}/rdatasets/MASS_birthwt.csv")
likelihood("birthwt", d, "low", "age lwt smoke ptl ht ui ftv".split(), ["race"])

d = pd.read_csv(f"{data}/ucla/hsbdemo.csv", sep=";")
x = design(d, ["write"], ["ses"], {"ses": "low"})
classes = ["academic", "general", "vocation"]
r = sm.MNLogit(d["prog"].map(classes.index), x).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
write("hsbdemo", [(c, t, r.params.iloc[i, k], r.bse.iloc[i, k]) for k, c in enumerate(classes[1:])
                  for i, t in enumerate(x.columns)], "class,term,estimate,std_error")


def penalised(name, x, y, terms, classes):
    m = LogisticRegression(C=1, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y)
    b = np.column_stack([m.intercept_, m.coef_])
    if len(classes) == 2:
        write(name, zip(["(intercept)"] + terms, b[0]), "term,estimate")
        return
    b -= b.mean(axis=0)
    write(name, [(c, t, b[k, i]) for k, c in enumerate(classes)
                 for i, t in enumerate(["(intercept)"] + terms)], "class,term,estimate")


for name, columns in (("breast_cancer", 30), ("iris", 4), ("wine_data", 13)):
    a = np.loadtxt(f"{data}/sklearn/{name}.csv", delimiter=",", skiprows=1)
    classes = [str(int(c)) for c in sorted(set(a[:, -1]))]
    penalised(name, a[:, :-1], a[:, -1], [f"c{i + 1}" for i in range(columns)], classes)
