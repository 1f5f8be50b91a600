"""Measures scikit-learn's logistic regression and boosted trees on the same
nominees and columns: FORECAST_EVAL=1 FORECAST_EXPORT=dir go test -run
TestEvaluate, then python3 rivals.py dir/*.csv."""
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

models = {
    "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000)),
    "trees": lambda: HistGradientBoostingClassifier(max_depth=3, learning_rate=0.06, max_iter=200, l2_regularization=1.0, random_state=0),
}
for name in sys.argv[1:]:
    d = np.loadtxt(name, delimiter=",")
    year, judged, y, oracle, base, x = d[:, 0], d[:, 1], d[:, 2], d[:, 3], d[:, 4], d[:, 6:]
    line = f"{name} own {d[0, 5]:.1f} s"
    for model, make in models.items():
        start, p = time.perf_counter(), np.full(len(y), np.nan)
        for t in np.unique(year):
            if judged[year == t].any():
                p[year == t] = make().fit(x[year < t], y[year < t]).predict_proba(x[year == t])[:, 1]
        k = judged == 1
        gain = 1 - ((p[k] - oracle[k]) ** 2).sum() / ((base[k] - oracle[k]) ** 2).sum()
        line += f"; {model} {gain:.3f} in {time.perf_counter() - start:.1f} s"
    print(line)
