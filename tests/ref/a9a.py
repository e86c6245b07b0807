# SPDX-License-Identifier: MIT
"""Least objectives on a9a that tests/pa-train.t compares with: python a9a.py A9A-FILE

scikit-learn 1.9.1: newton-cholesky (tol 1e-12) under L2, saga (tol 1e-9) under L1 and elastic net,
intercept free, columns as they are.  The tests hold pa-train to 1e-6 of the objective.
"""
import sys
import numpy as np
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LogisticRegression

x, y = load_svmlight_file(sys.argv[1], n_features=123)
x, y = x.toarray(), (y > 0).astype(int)
for l1, l2 in ((0, 1), (5, 0), (2, 1)):
    total = l1 + l2
    kind = {"solver": "saga", "tol": 1e-9} if l1 else {"solver": "newton-cholesky", "tol": 1e-12}
    m = LogisticRegression(C=1 / total, l1_ratio=l1 / total, max_iter=3000, **kind).fit(x, y)
    eta = x @ m.coef_[0] + m.intercept_[0]
    loss = (np.logaddexp(0, eta) - y * eta).sum()
    w = m.coef_[0]
    print(l1, l2, repr(loss + l2 / 2 * (w @ w) + l1 * np.abs(w).sum()), m.n_iter_[0])
