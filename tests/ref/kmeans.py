# SPDX-License-Identifier: MIT
"""Reference values of tests/pa-cluster.t, by scikit-learn (made with 1.9.1); run: python kmeans.py DATA

Inertia is the least of 200 beginnings; tolerance in the tests 1e-8 relative.
"""
import sys

import numpy as np
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

data = sys.argv[1]
iris = np.loadtxt(data + "/sklearn/iris.csv", delimiter=",", skiprows=1)[:, :4]
wine = np.loadtxt(data + "/sklearn/wine_data.csv", delimiter=",", skiprows=1)[:, :13]


def show(name, x, k):
    km = KMeans(k, n_init=200, random_state=1, tol=0).fit(x)
    print(name, k, "inertia %.12g" % km.inertia_, "sizes", sorted(np.bincount(km.labels_))[::-1],
          "silhouette %.12g" % metrics.silhouette_score(x, km.labels_),
          "davies_bouldin %.12g" % metrics.davies_bouldin_score(x, km.labels_),
          "calinski_harabasz %.12g" % metrics.calinski_harabasz_score(x, km.labels_))


show("iris none", iris, 3)
show("iris z", StandardScaler().fit_transform(iris), 3)
show("iris minmax", MinMaxScaler().fit_transform(iris), 3)
show("iris robust", RobustScaler().fit_transform(iris), 3)
show("iris log1p", np.log1p(iris), 3)
show("wine z", StandardScaler().fit_transform(wine), 3)
