"""A contestant's side of the line protocol in Python; serve.mjs describes it. Knows numpy and no other library."""

import json
import sys
import time
from collections import namedtuple

import numpy as np

EVALUATION_ROWS = 512
CALL_SECONDS = 0.02  # one call lasts about this long, as in serve.mjs

# inputs [N, I]; desired [N]; layers: pairs of weights [O, I] and bias [O]
Data = namedtuple("Data", "inputs desired layers")


class Skip(Exception):
    """Why a contestant stays out of a workload."""


def serve(versions, prepare):
    """Answers requests until stdin ends. prepare(workload, data, options) gives an object with `kind`, `settings` if there are any,
    `reset()`, `work(count)` and `outputs(rows)`, as in serve.mjs."""
    subject = None
    worker = Worker()
    batch_size = 1
    for line in sys.stdin:
        request = json.loads(line)
        if request["cmd"] == "prepare":
            workload = request["workload"]
            batch_size = workload["batchSize"]
            try:
                subject = prepare(workload, read_data(workload, request["files"]), request["options"])
                answer({"versions": versions, "kind": subject.kind, "settings": getattr(subject, "settings", None)})
            except Skip as reason:
                answer({"skip": str(reason)})
            continue
        subject.reset()
        done, seconds = worker.work(subject, request.get("steps", float("inf")), request.get("limit", request.get("seconds")))
        outputs = np.asarray(subject.outputs(EVALUATION_ROWS), dtype=np.float64).ravel()
        answer({
            "steps": done,
            "samples": done * batch_size,
            "seconds": seconds,
            "outputs": [value if np.isfinite(value) else None for value in outputs.tolist()],
        })


class Worker:
    """Calls `work` with ever larger counts, up to about CALL_SECONDS a call."""

    def __init__(self):
        self.call_steps = 1

    def work(self, subject, steps, limit):
        begun = time.perf_counter()
        done, elapsed = 0, 0.0
        while done < steps and elapsed < limit:
            count = int(min(self.call_steps, steps - done))
            subject.work(count)
            done += count
            now = time.perf_counter() - begun
            if now - elapsed < CALL_SECONDS / 2 and count == self.call_steps:
                self.call_steps *= 2
            elapsed = now
        return done, elapsed


def answer(message):
    print(json.dumps(message), flush=True)


def read_data(workload, files):
    widths = workload["widths"]
    parameters = np.fromfile(files["parameters"], dtype=np.float32)
    layers, offset = [], 0
    for inputs, units in zip(widths, widths[1:]):
        weights = parameters[offset : offset + units * inputs].reshape(units, inputs)
        offset += units * inputs
        layers.append((weights, parameters[offset : offset + units]))
        offset += units
    inputs = np.fromfile(files["inputs"], dtype=np.float32).reshape(-1, widths[0])
    return Data(inputs, np.fromfile(files["desired"], dtype=np.float32), layers)


def slices(workload):
    """The batches of all rows, over and over."""
    rows, batch = workload["rows"], workload["batchSize"]
    while True:
        for start in range(0, rows, batch):
            yield slice(start, start + batch)
