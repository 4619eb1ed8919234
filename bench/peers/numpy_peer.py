"""numpy, as a contestant: the derivation written by hand with float32 matrix products, in place, nothing allocated."""

import numpy as np
from protocol import serve, slices


class Subject:
    kind = "outputs"

    def __init__(self, workload, data, _options):
        self.workload, self.data = workload, data
        self.layers = [(weights.copy(), bias.copy()) for weights, bias in data.layers]
        self.parameters = [array for layer in self.layers for array in layer]
        self.gradients = [np.empty_like(p) for p in self.parameters]
        self.scratch = [np.empty_like(p) for p in self.parameters]
        # At most two arrays a parameter: the velocity, or mean and square.
        self.memory = [(np.zeros_like(p), np.zeros_like(p)) for p in self.parameters]
        batch = workload["batchSize"]
        self.signals = [np.empty((batch, units), np.float32) for units in workload["widths"][1:]]
        self.deltas = [np.empty_like(y) for y in self.signals]
        self.rows = np.arange(batch)
        self.labels = data.desired.astype(np.int64)

    def reset(self):
        starting = [array for layer in self.data.layers for array in layer]
        for parameter, start, memory in zip(self.parameters, starting, self.memory):
            parameter[...] = start
            for slot in memory:
                slot.fill(0)
        self.step = 0
        self.slices = slices(self.workload)

    def work(self, count):
        task = self.predict if self.workload["task"] == "predict" else self.learn
        for _ in range(count):
            task(next(self.slices))

    def predict(self, rows):
        return self.forward(self.data.inputs[rows], self.signals)

    def forward(self, x, signals):
        last = len(self.layers) - 1
        for index, ((weights, bias), y) in enumerate(zip(self.layers, signals)):
            np.matmul(x, weights.T, out=y)
            y += bias
            activation = self.workload["output" if index == last else "hidden"]
            if activation == "relu":
                np.maximum(y, 0, out=y)
            elif activation == "logistic":
                np.negative(y, out=y)
                np.exp(y, out=y)
                y += 1
                np.reciprocal(y, out=y)
            x = y
        return x

    def learn(self, rows):
        x = self.data.inputs[rows]
        y = self.forward(x, self.signals)
        delta = self.deltas[-1]  # here dL/dv, so that gradients follow without a change of sign
        if self.workload["loss"] == "crossEntropy":
            np.subtract(y, y.max(axis=1, keepdims=True), out=delta)
            np.exp(delta, out=delta)
            delta /= delta.sum(axis=1, keepdims=True)
            delta[self.rows, self.labels[rows]] -= 1
        else:
            np.subtract(y, self.data.desired[rows, None], out=delta)
            delta *= y
            delta *= 1 - y
        delta /= self.workload["batchSize"]
        for index in reversed(range(len(self.layers))):
            below = self.signals[index - 1] if index > 0 else x
            np.matmul(self.deltas[index].T, below, out=self.gradients[2 * index])
            np.sum(self.deltas[index], axis=0, out=self.gradients[2 * index + 1])
            if index > 0:
                np.matmul(self.deltas[index], self.layers[index][0], out=self.deltas[index - 1])
                hidden = self.workload["hidden"]
                self.deltas[index - 1] *= below > 0 if hidden == "relu" else below * (1 - below)
        self.update()

    def update(self):
        rule = self.workload["optimizer"]
        rate = rule["learningRate"]
        self.step += 1
        for p, g, t, (first, second) in zip(self.parameters, self.gradients, self.scratch, self.memory):
            if rule["name"] == "adam":
                first *= 0.9
                np.multiply(g, 0.1, out=t)
                first += t
                second *= 0.999
                np.multiply(g, g, out=t)
                t *= 0.001
                second += t
                np.multiply(second, 1 / (1 - 0.999**self.step), out=t)
                np.sqrt(t, out=t)
                t += 1e-8
                np.divide(first, t, out=t)
                t *= rate / (1 - 0.9**self.step)
            elif rule["name"] == "momentum":
                first *= rule["momentum"]
                first += g
                np.multiply(first, rate, out=t)
            else:
                np.multiply(g, rate, out=t)
            p -= t

    def outputs(self, rows):
        return self.forward(self.data.inputs[:rows], [np.empty((rows, y.shape[1]), np.float32) for y in self.signals])


serve({"numpy": np.__version__}, Subject)
