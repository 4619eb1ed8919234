"""What the programs and weights _0_model.py and _0.safetensors, _1_model.py … of a folder predict for the tables in _0.json, _1.json …, as JSON.

Each model is then saved as _0.saved.safetensors as it is, and after a step of learning as _0.learned.safetensors, with what it
predicts then. Called by judged.ts.
"""

import importlib.util
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import torch

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def cell_of(given):
    """A cell: a date comes as {"date": milliseconds}."""
    return EPOCH + timedelta(milliseconds=given["date"]) if isinstance(given, dict) else given


def imported(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predicted(program, model, inputs):
    with torch.no_grad():
        response = model(inputs)
        bounds = program.intervals(response) if hasattr(program, "intervals") else ()
    return {
        "predicted": response.flatten().tolist(),
        "shape": list(response.shape),
        "bounds": [bound.flatten().tolist() for bound in bounds],
    }


def learn(model, inputs):
    """One step on each network's own outputs, as a user would take it."""
    matrices = inputs if isinstance(inputs, list) else [inputs] * len(model.members)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss = sum(member(matrix).square().mean() for member, matrix in zip(model.members, matrices))
    loss.backward()
    optimizer.step()
    model.eval()


def judged(path):
    program = imported(path)
    base = path.name.removesuffix("_model.py")
    table = {name: list(map(cell_of, cells)) for name, cells in json.loads((path.parent / f"{base}.json").read_text())}
    torch.manual_seed(1)
    model = program.load()
    inputs = program.encode(table)
    first = predicted(program, model, inputs)
    program.save(model, path.parent / f"{base}.saved.safetensors")
    learn(model, inputs)
    program.save(model, path.parent / f"{base}.learned.safetensors")
    return {**first, "learned": predicted(program, model, inputs)["predicted"]}


folder = Path(sys.argv[1])
count = len(list(folder.glob("*_model.py")))
print(json.dumps({"torch": torch.__version__, "cases": [judged(folder / f"_{at}_model.py") for at in range(count)]}))
