# SPDX-License-Identifier: MIT
"""eval.py - what scikit-learn says of random predictions (scikit-learn 1.9.1, NumPy, SciPy)

  eval.py make DIR    write binary.csv, classes.csv, weighted.csv, several.csv and what is expected
                      of them
  eval.py judge FILE  expected measures of any table click,score, on standard output

Tolerance of the tests: 1e-12, both sides being double precision sums of a few thousand terms.
"""
import os
import sys

import numpy as np
from sklearn import metrics as M


def delong(y, p):
    pos, neg = p[y == 1], p[y == 0]
    order = np.sort(neg)
    a = (np.searchsorted(order, pos, 'left') + np.searchsorted(order, pos, 'right')) / 2 / len(neg)
    order = np.sort(pos)
    b = 1 - (np.searchsorted(order, neg, 'left') + np.searchsorted(order, neg, 'right')) / 2 / len(pos)
    return np.sqrt(a.var(ddof=1) / len(pos) + b.var(ddof=1) / len(neg))


def ece(y, p, bins=10):
    order, n, s = np.argsort(p, kind='stable'), len(p), 0
    for b in range(bins):
        i = order[b * n // bins:(b + 1) * n // bins]
        s += len(i) / n * abs(y[i].mean() - p[i].mean())
    return s


def binary(y, p):
    said = (p >= 0.5).astype(int)
    rate = y.mean()
    entropy = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate))
    loss = M.log_loss(y, p)
    return {'rows': len(y), 'positives': int(y.sum()), 'accuracy': M.accuracy_score(y, said),
            'precision': M.precision_score(y, said), 'recall': M.recall_score(y, said),
            'f1': M.f1_score(y, said), 'mcc': M.matthews_corrcoef(y, said),
            'auc': M.roc_auc_score(y, p), 'log_loss': loss, 'ne': loss / entropy,
            'brier': M.brier_score_loss(y, p), 'calibration_ratio': p.sum() / y.sum(),
            'average_precision': M.average_precision_score(y, p), 'ks': ks(y, p, None),
            'balanced_accuracy': M.balanced_accuracy_score(y, said),
            'auc_se': delong(y, p), 'ece': ece(y, p)}


def ks(y, p, w):
    fpr, tpr, _ = M.roc_curve(y, p, sample_weight=w, drop_intermediate=False)
    return (tpr - fpr).max()


def weighted(y, p, w):
    said = (p >= 0.5).astype(int)
    rate = np.average(y, weights=w)
    entropy = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate))
    loss = M.log_loss(y, p, sample_weight=w)
    with_w = {'sample_weight': w}
    return {'rows': len(y), 'accuracy': M.accuracy_score(y, said, **with_w),
            'precision': M.precision_score(y, said, **with_w),
            'recall': M.recall_score(y, said, **with_w), 'f1': M.f1_score(y, said, **with_w),
            'mcc': M.matthews_corrcoef(y, said, **with_w), 'auc': M.roc_auc_score(y, p, **with_w),
            'log_loss': loss, 'ne': loss / entropy, 'brier': M.brier_score_loss(y, p, **with_w),
            'calibration_ratio': (w * p).sum() / (w * y).sum(),
            'specificity': M.recall_score(y, said, pos_label=0, **with_w),
            'balanced_accuracy': M.balanced_accuracy_score(y, said, **with_w),
            'average_precision': M.average_precision_score(y, p, **with_w), 'ks': ks(y, p, w)}


def several(y, said, p, classes):
    share = np.array([(y == c).mean() for c in classes])
    loss = M.log_loss(y, p, labels=classes)
    one = np.array([y == c for c in classes]).T
    return {'rows': len(y), 'accuracy': M.accuracy_score(y, said),
            'precision': M.precision_score(y, said, average='macro'),
            'recall': M.recall_score(y, said, average='macro'),
            'f1': M.f1_score(y, said, average='macro'), 'mcc': M.matthews_corrcoef(y, said),
            'auc': M.roc_auc_score(y, p, multi_class='ovr', average='macro', labels=classes),
            'log_loss': loss, 'ne': loss / -(share * np.log(share)).sum(),
            'brier': ((p - one)**2).sum(axis=1).mean()}


def show(measures, file=sys.stdout):
    for name, value in measures.items():
        print('%s,%r' % (name, float(value)), file=file)


def make(folder):
    rng = np.random.default_rng(1)
    n = 600
    p = np.round(rng.beta(1.2, 3, n), 2).clip(0.01, 0.99)
    y = (rng.random(n) < p**1.3).astype(int)
    with open(os.path.join(folder, 'binary.csv'), 'w') as f:
        print('click,score', file=f)
        for a, b in zip(y, p):
            print('%d,%r' % (a, float(b)), file=f)
    with open(os.path.join(folder, 'binary.expected'), 'w') as f:
        show(binary(y, p), f)
    classes = np.array(['blue', 'green', 'red'])
    q = np.round(rng.dirichlet((1, 2, 1.5), 300), 2).clip(0.01, 0.97)
    q[:, 2] = np.round(1 - q[:, 0] - q[:, 1], 2)
    ok = (q > 0.005).all(axis=1)
    q = q[ok]
    q[:, 2] = 1 - q[:, 0] - q[:, 1]
    truth = np.array([rng.choice(classes, p=row / row.sum()) for row in q])
    said = classes[q.argmax(axis=1)]
    with open(os.path.join(folder, 'classes.csv'), 'w') as f:
        print('colour,class,' + ','.join('score=' + c for c in classes), file=f)
        for a, b, row in zip(truth, said, q):
            print(','.join([a, b] + ['%r' % float(v) for v in row]), file=f)
    with open(os.path.join(folder, 'classes.expected'), 'w') as f:
        show(several(truth, said, q, classes), f)


def make_weighted(folder):
    rng = np.random.default_rng(2)
    n = 800
    p = np.round(rng.beta(1.5, 3, n), 2).clip(0.01, 0.99)
    y = (rng.random(n) < p).astype(int)
    w = np.round(rng.exponential(2, n), 3)
    with open(os.path.join(folder, 'weighted.csv'), 'w') as f:
        print('click,score,w', file=f)
        for row in zip(y, p, w):
            print('%d,%r,%r' % (row[0], float(row[1]), float(row[2])), file=f)
    with open(os.path.join(folder, 'weighted.expected'), 'w') as f:
        show(weighted(y, p, w), f)


def make_several(folder):
    """Weighted rows of three classes, with probabilities of a fourth that is no row's."""
    rng = np.random.default_rng(3)
    n, classes = 80, np.array(['a', 'b', 'c', 'd'])
    y = rng.choice(classes[:3], n, p=[.5, .3, .2])
    p = rng.dirichlet([1, 1, 1, .4], n) + 0.5 * (y[:, None] == classes)
    p = np.round(p / p.sum(axis=1, keepdims=True), 2)
    said = classes[p[:, :3].argmax(axis=1)]
    w = np.round(rng.exponential(2, n), 3)
    one = y[:, None] == classes
    share = np.array([w[y == c].sum() for c in classes[:3]]) / w.sum()
    loss = np.average(-np.log(p[one].clip(1e-15)), weights=w)
    with_w = {'sample_weight': w}
    with open(os.path.join(folder, 'several.csv'), 'w') as f:
        print('click,class,w,' + ','.join('score=' + c for c in classes), file=f)
        for a, b, v, row in zip(y, said, w, p):
            print(','.join([a, b, repr(float(v))] + [repr(float(x)) for x in row]), file=f)
    with open(os.path.join(folder, 'several.expected'), 'w') as f:
        show({'rows': n, 'accuracy': M.accuracy_score(y, said, **with_w),
              'precision': M.precision_score(y, said, average='macro', **with_w),
              'recall': M.recall_score(y, said, average='macro', **with_w),
              'f1': M.f1_score(y, said, average='macro', **with_w),
              'mcc': M.matthews_corrcoef(y, said, **with_w),
              'balanced_accuracy': M.balanced_accuracy_score(y, said, **with_w),
              'auc': np.mean([M.roc_auc_score(one[:, i], p[:, i], **with_w) for i in range(3)]),
              'log_loss': loss, 'ne': loss / -(share * np.log(share)).sum(),
              'brier': np.average(((p - one)**2).sum(axis=1), weights=w)}, f)
        cells = M.multilabel_confusion_matrix(y, said, labels=classes[:3], **with_w)
        for c, ((tn, fp), (fn, tp)) in zip(classes, cells):
            show({'tp=' + c: tp, 'fp=' + c: fp, 'fn=' + c: fn, 'tn=' + c: tn}, f)


if sys.argv[1] == 'make':
    make(sys.argv[2])
    make_weighted(sys.argv[2])
    make_several(sys.argv[2])
else:
    data = np.genfromtxt(sys.argv[2], delimiter=',', names=True)
    show(binary(data['click'].astype(int), data['score']))
