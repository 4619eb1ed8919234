"""What the official checker says of the files 0.onnx, 1.onnx … of a folder, as JSON, and what onnxruntime puts out for the
inputs in 0.json, 1.json … where it is installed. Called by runtimes.ts."""

import json
import sys
from pathlib import Path

import onnx

try:
    import numpy
    import onnxruntime
except ImportError:
    onnxruntime = None

TYPES = {"float32": "float32", "float64": "float64", "int64": "int64", "bool": "bool", "string": "object"}


def values_of(given):
    data = [float("nan") if value == "NaN" and given["type"] != "string" else value for value in given["data"]]
    return numpy.array(data, dtype=TYPES[given["type"]]).reshape(given["dims"])


def named(array):
    kind = "string" if array.dtype == object else str(array.dtype)
    return {"type": kind, "dims": list(array.shape), "data": array.reshape(-1).tolist()}


def judged(path):
    try:
        onnx.checker.check_model(onnx.load(path), full_check=True)
    except Exception as error:  # the checker's own errors have no common class
        return {"complaint": str(error)}
    if onnxruntime is None:
        return {}
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = json.loads(path.with_suffix(".json").read_text())
    names = [output.name for output in session.get_outputs()]
    found = session.run(names, {name: values_of(values) for name, values in given.items()})
    return {"outputs": dict(zip(names, map(named, found)))}


folder = Path(sys.argv[1])
count = len(list(folder.glob("*.onnx")))
print(json.dumps([judged(folder / f"{at}.onnx") for at in range(count)]))
