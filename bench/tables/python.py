"""The Python models on tables, each at its defaults, with its columns prepared as its users do; models.mjs has the protocol.

A column is a number or a category, as the job's description says; an empty field is missing. Where a library takes
missing values and categories by itself, it gets them; else numbers get the median and a column that says where they
were missing, and categories become columns of their own.
"""

import json
import sys
import time
import warnings


def answer(outcome):
    print(json.dumps(outcome), flush=True)


def answer_missing(error):
    answer({"skip": f"Python has no {error.name}: run node bench/install-peers.mjs"})


try:
    import numpy as np
    import pandas as pd
except ModuleNotFoundError as error:
    sys.stdin.readline()
    answer_missing(error)
    sys.exit()

warnings.filterwarnings("ignore")

MOST_CATEGORIES = 254  # histogram gradient boosting takes 255 bins, one of them for what is missing


def numbers_pipeline(scaled):
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(impute, StandardScaler()) if scaled else impute


def as_categories(training, test, columns):
    """Columns of pandas' category type with the training rows' commonest values; all others are missing."""
    training, test = training.copy(), test.copy()
    for column in columns:
        known = training[column].value_counts().index[:MOST_CATEGORIES]
        training[column] = pd.Categorical(training[column], categories=known)
        test[column] = pd.Categorical(test[column], categories=known)
    return training, test


class OnePerTarget:
    """Several targets for a regressor that learns one: a model each."""

    def __init__(self, make, targets):
        self.models = [make() for _ in range(targets)]

    def fit(self, rows, target):
        for model, column in zip(self.models, target.reshape(len(rows), -1).T):
            model.fit(rows, column)

    def predict(self, rows):
        return np.column_stack([model.predict(rows) for model in self.models])


class Mlp:
    """scikit-learn's MLP: standardised numbers, one-hot categories, standardised targets."""

    def __init__(self, job):
        from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        description = job["description"]
        columns = ColumnTransformer([
            ("numbers", numbers_pipeline(scaled=True), description["numbers"]),
            ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), description["categories"]),
        ])
        if description["task"] == "classification":
            model = MLPClassifier(random_state=job["seed"])
        else:
            model = TransformedTargetRegressor(MLPRegressor(random_state=job["seed"]), transformer=StandardScaler())
        self.model = make_pipeline(columns, model)

    def fit(self, rows, target):
        self.model.fit(rows, target)


class HistogramBoosting:
    """scikit-learn's histogram gradient boosting; missing values and categories by itself."""

    def __init__(self, job):
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        description, seed = job["description"], job["seed"]
        if description["task"] == "classification":
            self.model = HistGradientBoostingClassifier(random_state=seed)
        else:
            self.model = OnePerTarget(lambda: HistGradientBoostingRegressor(random_state=seed), len(description["targets"]))

    prepare = staticmethod(as_categories)

    def fit(self, rows, target):
        self.model.fit(rows, target)


class LightGbm(HistogramBoosting):
    """LightGBM; missing values and categories by itself."""

    def __init__(self, job):
        from lightgbm import LGBMClassifier, LGBMRegressor

        description = job["description"]
        options = {"random_state": job["seed"], "n_jobs": job["threads"], "verbose": -1}
        if description["task"] == "classification":
            self.model = LGBMClassifier(**options)
        else:
            self.model = OnePerTarget(lambda: LGBMRegressor(**options), len(description["targets"]))


class CatBoost:
    """CatBoost; missing numbers and categories by itself, a missing category is one of its own."""

    def __init__(self, job):
        from catboost import CatBoostClassifier, CatBoostRegressor

        description = job["description"]
        options = {
            "random_seed": job["seed"],
            "thread_count": job["threads"],
            "cat_features": description["categories"],
            "verbose": False,
            "allow_writing_files": False,
        }
        if description["task"] == "classification":
            self.model = CatBoostClassifier(**options)
        else:
            self.model = OnePerTarget(lambda: CatBoostRegressor(**options), len(description["targets"]))

    @staticmethod
    def prepare(training, test, columns):
        return tuple(part.assign(**{column: part[column].fillna("missing") for column in columns}) for part in (training, test))

    def fit(self, rows, target):
        self.model.fit(rows, target)


class RealMlp:
    """pytabkit's RealMLP-TD, one training; categories by itself."""

    def __init__(self, job):
        from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

        description = job["description"]
        self.categories = description["categories"]
        self.numbers = description["numbers"]
        kind = RealMLP_TD_Classifier if description["task"] == "classification" else RealMLP_TD_Regressor
        self.model = kind(n_cv=1, random_state=job["seed"], device="cpu", n_threads=job["threads"])

    def prepare(self, training, test, columns):
        """The numbers without gaps: it takes none."""
        if not self.numbers:
            return training, test
        impute = numbers_pipeline(scaled=False).set_output(transform="pandas").fit(training[self.numbers])
        return tuple(pd.concat([impute.transform(part[self.numbers]), part[columns]], axis=1) for part in (training, test))

    def fit(self, rows, target):
        self.model.fit(rows, target, cat_col_names=self.categories)


MODELS = {"mlp": Mlp, "hgb": HistogramBoosting, "lightgbm": LightGbm, "catboost": CatBoost, "realmlp": RealMlp}
PACKAGES = {"mlp": "scikit-learn", "hgb": "scikit-learn", "lightgbm": "lightgbm", "catboost": "catboost", "realmlp": "pytabkit"}


def read(path, description):
    types = {column: "float64" for column in description["numbers"]}
    types |= {column: "object" for column in description["categories"]}
    target_type = "object" if description["task"] == "classification" else "float64"
    types |= {column: target_type for column in description["targets"]}
    table = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    target = table[description["targets"]].to_numpy()
    return table[description["numbers"] + description["categories"]], target.ravel() if target.shape[1] == 1 else target


def learn(job):
    from importlib.metadata import version

    description = job["description"]
    training, target = read(job["training"], description)
    test, _ = read(job["test"], description)
    model = MODELS[job["model"]](job)

    begun = time.perf_counter()
    if hasattr(model, "prepare"):
        training, test = model.prepare(training, test, description["categories"])
    model.fit(training, target)
    seconds = time.perf_counter() - begun

    package = PACKAGES[job["model"]]
    outcome = {"seconds": seconds, "versions": {package: version(package), "python": sys.version.split()[0]}}
    if description["task"] == "classification":
        classes = [str(name) for name in model.model.classes_]
        return outcome | {"classes": classes, "probabilities": np.asarray(model.model.predict_proba(test), dtype=np.float64).tolist()}
    values = np.asarray(model.model.predict(test), dtype=np.float64).reshape(len(test), -1)
    return outcome | {"values": values.tolist()}


def main():
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer(learn(job))
        except ModuleNotFoundError as error:
            answer_missing(error)


main()
