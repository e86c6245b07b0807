# SPDX-License-Identifier: MIT
"""Figures that tests/pa-train-inference.t compares with: python inference.py DATA-FOLDER

Made with statsmodels 0.15.0 and numpy 2.  The tests hold pa-train to 1e-6.  GLM with cov_type HC0 is
the robust error, with cov_type cluster and no correction, times G / (G - 1), the clustered one.
"""
import io
import sys
import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression

TWELVE = """x,z,click,g,o
0,1,0,a,0.5
1,0,0,a,-1
2,1,1,a,0.2
3,0,1,b,0
4,1,0,b,1.5
5,1,1,b,0.7
6,0,0,c,-0.4
7,0,1,c,0.1
8,1,0,c,0.3
9,0,1,d,-2
10,1,1,d,0.6
11,0,1,d,-0.9
"""


def fit(y, x, group, constant=True, **more):
    x = sm.add_constant(x) if constant else x
    m = sm.GLM(y, x, family=sm.families.Binomial(), **more)
    r = m.fit(tol=1e-15, maxiter=100)
    groups = pd.factorize(group)[0]
    g = groups.max() + 1
    options = {"groups": groups, "use_correction": False}
    return [r.params, r.bse, m.fit(tol=1e-15, maxiter=100, cov_type="HC0").bse,
            m.fit(tol=1e-15, maxiter=100, cov_type="cluster", cov_kwds=options).bse
            * np.sqrt(g / (g - 1))], r


def say(name, rows):
    for kind, row in zip(("estimate", "classic", "robust", "cluster"), rows):
        print(name, kind, *(f"{x:.12g}" for x in row))


d = pd.read_csv(io.StringIO(TWELVE))
x = d[["x", "z"]].astype(float)
rows, r = fit(d.click, x, d.g)
say("twelve", rows)
print("McFadden", 1 - r.deviance / r.null_deviance, "90 %", r.conf_int(0.1).iloc[1, 0])
rows, r = fit(d.click, x, d.g, offset=d.o)
say("offset", rows)
print("first row", r.predict(sm.add_constant(x), offset=d.o).iloc[0])

rows, r = fit(d.click, x, d.g, constant=False)
say("no intercept", rows)
print("deviance", r.deviance)
say("offset, no intercept", fit(d.click, x, d.g, constant=False, offset=d.o)[0])


def firth(name, x1, y=np.array([0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1.0]), s=1):
    b = np.zeros(x1.shape[1])
    for _ in range(2000):
        p = 1 / (1 + np.exp(-x1 @ b))
        v = np.linalg.inv((x1 * (s * p * (1 - p))[:, None]).T @ x1)
        h = s * p * (1 - p) * np.einsum("ij,jk,ik->i", x1, v, x1)
        step = v @ x1.T @ (s * (y - p) + h * (0.5 - p))
        b += step * min(1, 1 / abs(step).max())
    print(name, *(f"{t:.12g}" for t in [*b, *np.sqrt(np.diag(v))]))


firth("Firth", sm.add_constant(x).to_numpy())
firth("Firth, no intercept", x.to_numpy())
m = LogisticRegression(C=1, fit_intercept=False, solver="newton-cholesky", tol=1e-14)
print("penalised, no intercept", m.fit(x, d.click).coef_.tolist())
print("classes, no intercept", m.fit(x, d.g).coef_.tolist())
m = LogisticRegression(C=1 / 1.5, l1_ratio=1 / 1.5, fit_intercept=False, solver="saga", tol=1e-14,
                       max_iter=10**6)
print("elastic net, no intercept", m.fit(x, d.click).coef_.tolist())

d = pd.read_csv(f"{sys.argv[1]}/rdatasets/MASS_birthwt.csv")
x = d[["age", "lwt", "smoke", "ht"]].astype(float)
say("birthwt by age", fit(d.low, x, d.age)[0])

d.loc[d.age > 30, "age"] = np.nan  # missing: the mean, and an indicator
x = pd.DataFrame({"age": d.age.fillna(d.age.mean()), "age=": d.age.isna(), "lwt": d.lwt})
for k in (1, 2, 3):
    x[f"race={k}"] = d.race == k
x["smoke=1"] = d.smoke == 1
say("birthwt, no intercept", fit(d.low, x.astype(float), d.lwt, constant=False)[0])

d = pd.read_csv(f"{sys.argv[1]}/separation/lizards.csv")
x = pd.DataFrame({"1": 1.0, "height": d.height == ">=5ft", "diameter": d.diameter == ">2in",
                  "light": d.light == "sunny", "late": d.time == "late",
                  "midday": d.time == "midday"}).astype(float)
both = pd.concat([x, x]).to_numpy()
y = np.repeat([1.0, 0.0], len(d))
n = pd.concat([d.grahami, d.opalinus]).to_numpy()
print("lizards", *(f"{t:.9g}" for t in fit(y, both, y, constant=False, freq_weights=n)[0][0]))
firth("lizards", both, y, n)
sun = both[:, 3] == 1
both[:, 3] = both[:, 1] * both[:, 2]
firth("lizards in the sun, the product before late and midday", both[sun], y[sun], n[sun])
