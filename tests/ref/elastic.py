# SPDX-License-Identifier: MIT
"""Least objectives that tests/pa-train-solvers.t compares with: python elastic.py DATA-FOLDER

scikit-learn 1.9.1, saga (tol 1e-12) on the columns as they are, intercepts free: lambda_1, lambda_2
and the objective, then how far it is from that of a run with tol 1e-9.
"""
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression


def objective(x, y, l1, l2, tol):
    total = l1 + l2
    m = LogisticRegression(C=1 / total, l1_ratio=l1 / total, solver="saga", tol=tol, max_iter=10**6)
    m.fit(x, y)
    w, eta = m.coef_, m.decision_function(x)
    if eta.ndim == 1:
        eta = np.column_stack([0 * eta, eta])
    loss = np.logaddexp.reduce(eta, axis=1) - eta[np.arange(len(y)), y]
    return loss.sum() + l2 / 2 * (w * w).sum() + l1 * np.abs(w).sum()


for name in ("iris", "breast_cancer"):
    a = np.loadtxt(f"{sys.argv[1]}/sklearn/{name}.csv", delimiter=",", skiprows=1)
    x, y = a[:, :-1], a[:, -1].astype(int)
    if name == "breast_cancer":
        x = x[:, [0, 1, 4, 5, 6, 7]]  # those that saga can take as they are
    for l1, l2 in ((1, 0), (0.5, 0.5), (2, 0.1)):
        f = objective(x, y, l1, l2, 1e-12)
        print(name, l1, l2, repr(f), f"{objective(x, y, l1, l2, 1e-9) - f:.1g}", flush=True)
