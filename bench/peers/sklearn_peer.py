"""scikit-learn, as a contestant: MLPClassifier, many batches a call of partial_fit. It has no logistic output for W1."""

import numpy as np
import sklearn
from protocol import Skip, serve
from sklearn.neural_network import MLPClassifier


class Subject:
    kind = "probabilities"

    def __init__(self, workload, data, _options):
        if workload["loss"] != "crossEntropy":
            raise Skip("its regressor has no logistic output")
        self.workload, self.data = workload, data
        self.labels = data.desired.astype(np.int64)
        classes = np.arange(workload["widths"][-1])
        rule = workload["optimizer"]
        self.model = MLPClassifier(
            hidden_layer_sizes=workload["widths"][1:-1],
            activation="relu",
            solver="adam" if rule["name"] == "adam" else "sgd",
            learning_rate_init=rule["learningRate"],
            momentum=rule.get("momentum", 0),
            nesterovs_momentum=False,
            alpha=0,
            batch_size=workload["batchSize"],
            shuffle=False,
        )
        # The first call allocates; its batch size must not exceed the rows given.
        batch = slice(0, workload["batchSize"])
        self.model.partial_fit(data.inputs[batch], self.labels[batch], classes=classes)
        # Twice all rows, so that any stretch of at most as many is a view.
        self.inputs = np.concatenate([data.inputs, data.inputs])
        self.labels = np.concatenate([self.labels, self.labels])

    def reset(self):
        for weights, bias, (start, start_bias) in zip(self.model.coefs_, self.model.intercepts_, self.data.layers):
            weights[...] = start.T
            bias[...] = start_bias
        if hasattr(self.model, "_optimizer"):
            del self.model._optimizer  # the next partial_fit makes one that remembers nothing
        self.model.loss_curve_ = []
        self.row = 0

    def work(self, count):
        rows = self.workload["rows"]
        if self.workload["task"] == "predict":
            for _ in range(count):
                self.model.predict_proba(self.data.inputs[self.row : self.row + 1])
                self.row = (self.row + 1) % rows
            return
        left = count * self.workload["batchSize"]
        while left > 0:
            taken = min(left, rows)
            stretch = slice(self.row, self.row + taken)
            self.model.partial_fit(self.inputs[stretch], self.labels[stretch])
            self.row = (self.row + taken) % rows
            left -= taken

    def outputs(self, rows):
        return self.model.predict_proba(self.data.inputs[:rows])


serve({"scikit-learn": sklearn.__version__}, Subject)
