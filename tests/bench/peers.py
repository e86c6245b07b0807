# SPDX-License-Identifier: MIT
"""peers.py JOB FILE [OUT] - the same jobs as run.sh gives to pa, done by their usual Python tools."""
import sys

import numpy as np
import polars as pl

job, path = sys.argv[1:3]
if job == "train":
    from sklearn.linear_model import LogisticRegression

    data = pl.read_csv(path).to_numpy()
    y, x = data[:, 0], np.ascontiguousarray(data[:, 1:])
    fit = LogisticRegression(C=1.0, solver="newton-cholesky", max_iter=1000).fit(x, y)
    w = np.r_[fit.intercept_, fit.coef_[0]]
    eta = w[0] + x @ w[1:]
    print("objective %.3f" % (np.logaddexp(0, -(2 * y - 1) * eta).sum() + 0.5 * (w[1:] ** 2).sum()))
elif job == "softmax":
    from sklearn.linear_model import LogisticRegression

    data = pl.read_csv(path).to_numpy()
    y, x = data[:, 0].astype(int), np.ascontiguousarray(data[:, 1:])
    fit = LogisticRegression(C=1.0, solver="lbfgs", max_iter=1000).fit(x, y)
    eta = fit.intercept_ + x @ fit.coef_.T
    top = eta.max(axis=1)
    loss = np.log(np.exp(eta - top[:, None]).sum(axis=1)) + top - eta[np.arange(len(y)), y]
    print("objective %.3f" % (loss.sum() + 0.5 * (fit.coef_**2).sum()))
elif job == "sum":
    print(pl.scan_csv(path).select(pl.len(), pl.col("price").sum()).collect().rows())
elif job == "clean":
    words = {c: pl.String for c in "user_id session ts event product_id category brand".split()}
    rows = pl.scan_csv(path, schema_overrides=words).unique(maintain_order=True)
    rows = rows.filter(pl.col("user_id").is_not_null() & pl.col("product_id").is_not_null()).collect()
    low, high = rows["price"].quantile(0.01), rows["price"].quantile(0.99)
    rows.with_columns(pl.col("price").clip(low, high)).write_csv(sys.argv[3])
elif job == "faiss":
    import faiss

    x = np.ascontiguousarray(pl.read_csv(path).to_numpy().astype(np.float32))
    k = faiss.Kmeans(x.shape[1], 20, niter=50, seed=1, max_points_per_centroid=10**9)
    k.train(x)
    distance, label = k.index.search(x, 1)
    open(sys.argv[3], "w").write("\n".join(map(str, label.ravel().tolist())))
    print("inertia %.0f" % distance.sum(dtype=np.float64))
elif job == "kmeans":
    from sklearn.cluster import KMeans

    x = np.ascontiguousarray(pl.read_csv(path).to_numpy())
    fit = KMeans(20, init="k-means++", n_init=1, max_iter=50, tol=1e-4, algorithm="lloyd", random_state=1).fit(x)
    open(sys.argv[3], "w").write("\n".join(map(str, fit.labels_.tolist())))
    print("inertia %.0f" % fit.inertia_)
elif job == "eval-duckdb":
    import duckdb

    db = duckdb.connect()
    db.execute("set threads=2")
    db.execute(f"create table t as select * from read_csv('{path}', columns={{'label':'TINYINT','score':'DOUBLE'}}, header=true)")
    print(db.execute("""with g as (select score, count(*) n, sum(label) p from t group by score),
        r as (select n, p, sum(n) over (order by score) - n below from g)
        select (sum(p * (below + (n + 1) / 2.0)) - sum(p) * (sum(p) + 1) / 2) / (sum(p) * (sum(n) - sum(p))) from r""").fetchone(),
        db.execute("select -avg(case when label=1 then ln(score) else ln(1-score) end), avg(((score>=0.5)::int=label)::int) from t").fetchone(),
        db.execute("select least(floor(score*20),19) b, avg(score), avg(label) from t group by b order by b").fetchone())
elif job == "eval-sklearn":
    from sklearn.metrics import log_loss, roc_auc_score

    data = pl.read_csv(path)
    y, s = data["label"].to_numpy(), data["score"].to_numpy()
    print(roc_auc_score(y, s), log_loss(y, s), ((s >= 0.5) == y).mean())
elif job == "score":
    from sklearn.linear_model import LogisticRegression

    w = np.loadtxt(sys.argv[3])
    model = LogisticRegression()
    model.coef_, model.intercept_, model.classes_ = w[None, 1:], w[:1], np.array([0, 1])
    p = model.predict_proba(pl.read_csv(path).to_numpy()[:, 1:])[:, 1]
    pl.DataFrame({"score": p}).write_csv(sys.argv[4])
elif job == "top-polars":
    best = pl.scan_csv(path).sort("score", descending=True).group_by("user_id").head(10)
    best.sort("user_id", "score", descending=[False, True]).collect().write_csv(sys.argv[3])
elif job == "top-duckdb":
    import duckdb

    db = duckdb.connect()
    db.execute("set threads=2")
    db.execute(f"""copy (select user_id, unnest(max_by(struct_pack(product_id, score), score, 10), recursive := true)
        from read_csv('{path}', header=true, columns={{'user_id':'VARCHAR','product_id':'VARCHAR','score':'DOUBLE'}})
        group by user_id) to '{sys.argv[3]}' (header)""")
