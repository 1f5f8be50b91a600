"""Makes logistic.csv and golden.json with numpy and scikit-learn.

python3 golden.py, beside this file. The Go code must agree to 1e-6.
"""
import csv
import json

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

rng = np.random.default_rng(90)
n, p = 400, 7
x = np.round(rng.normal(size=(n, p)) @ (np.eye(p) + 0.3), 4)
y = (rng.random(n) < 1 / (1 + np.exp(1.2 - x @ np.array([0.9, -0.4, 0, 0.3, 0.1, 0, -0.2])))).astype(int)
with open("logistic.csv", "w", newline="") as f:
    csv.writer(f, lineterminator="\n").writerows([*map(str, r), str(k)] for r, k in zip(x, y))
out = {"fits": []}
for c in (0.02, 0.5, 10.0):
    m = LogisticRegression(C=c, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y)
    out["fits"].append({"c": c, "intercept": m.intercept_[0], "coef": m.coef_[0].tolist()})
q = np.round(m.predict_proba(x)[:, 1], 2)
q = np.clip(q, 0.01, 0.99)
iso = IsotonicRegression().fit(q, y).predict(q)
slope = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(np.log(q / (1 - q)).reshape(-1, 1), y)
out |= {
    "p": q.tolist(), "brier": brier_score_loss(y, q), "log_loss": log_loss(y, q), "auc": roc_auc_score(y, q),
    "isotonic_brier": float(np.mean((iso - y) ** 2)), "slope": slope.coef_[0][0], "slope_intercept": slope.intercept_[0],
}
json.dump(out, open("golden.json", "w"))
