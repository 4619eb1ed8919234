"""Makes quantiles.json: what scikit-learn's QuantileRegressor learns of 200 rows, and what its metrics say of that.

    pip install scikit-learn==1.9.1
    python test/parity/quantiles.py && npx biome format --write test/parity/quantiles.json

quantiles.test.ts trains a network without hidden layers on the same rows. QuantileRegressor solves the same problem as a
linear program, to its optimum, without the penalty (alpha 0). The column is encoded as gradus encodes a number: scaled by
median and quartiles, then softly clipped, z / sqrt(1 + (z / 3)^2).
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import mean_pinball_loss

LEVELS = [0.1, 0.5, 0.9]
ROWS = 200

generator = np.random.default_rng(5)
x = np.round(generator.uniform(0, 10, ROWS), 4)
y = np.round(20 + 3 * x + (1 + 0.5 * x) * generator.gamma(2, 1, ROWS), 4)
weights = generator.integers(1, 4, ROWS)

low, median, high = np.quantile(x, [0.25, 0.5, 0.75])
z = (x - median) / (high - low)
encoded = (z / np.sqrt(1 + (z / 3) ** 2)).reshape(-1, 1)


def fitted(sample_weight):
    found = []
    for level in LEVELS:
        model = QuantileRegressor(quantile=level, alpha=0, solver="highs").fit(encoded, y, sample_weight)
        predicted = model.predict(encoded)
        found.append(
            {
                "level": level,
                "constant": float(np.quantile(y, level, weights=sample_weight, method="inverted_cdf")),
                "intercept": float(model.intercept_),
                "slope": float(model.coef_[0]),
                "pinball": float(mean_pinball_loss(y, predicted, alpha=level, sample_weight=sample_weight)),
                "coverage": float(np.average(y <= predicted + 1e-9, weights=sample_weight)),
            }
        )
    return found


fixture = {
    "madeWith": {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "x": x.tolist(),
    "y": y.tolist(),
    "weights": weights.tolist(),
    "unweighted": fitted(None),
    "weighted": fitted(weights.astype(float)),
}
Path(__file__).with_name("quantiles.json").write_text(json.dumps(fixture))
