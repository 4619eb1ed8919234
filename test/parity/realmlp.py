"""Makes realmlp.json: what PyTorch learns in 50 steps of RealMLP-TD and TD-S, dropout off, from fixed starting values.

    pip install torch==2.15.0
    python test/parity/realmlp.py && npx biome format --write test/parity/realmlp.json

Made with Python 3.11.7 and PyTorch 2.15.0 on the CPU (`madeWith` in the file). realmlp.test.ts learns the same with
gradus' layers, schedules and factors. The script shares no code with gradus; gradients and Adam are PyTorch's own.

It keeps the recipe's parametrisation: a dense layer is v = x·Wᵀ/√I + b and W itself is learned, at the rate without a
factor. gradus learns w = W/√I at rate/√I. Its gradient is √I times as long, so Adam takes the same step with an ε that is
√I times as small beside W's own gradient. Each case is learned three times: with that ε in float64, where gradus has to
be the same; with that ε in float32, to see how far rounding alone carries PyTorch away (`float32Distances`); and with the
recipe's own ε for every tensor (`recipesEpsilon`), to see how little the difference does. The modules and the optimizer of
pytabkit 1.7.3, put together by hand for the same batches, agree with that to float32's rounding.

Source: Holzmueller, Grinsztajn & Steinwart 2024, "Better by Default", appendix A, and the behaviour of its code: the
decay factor of a parameter is (decay factor · rate factor)².
"""

import json
import math
import platform
import random
from pathlib import Path

import torch
import torch.nn.functional as F

STEPS = 50
BATCH_SIZE = 16
ROWS = 40  # an epoch has two batches of 16; the short third one is dropped
NUMBERS = 3
FLAGS = 2
CARDINALITIES = [12, 5]
EMBEDDING = 8
FREQUENCIES = 16
PERIODIC = 3
HIDDEN = [16, 16, 16]

EPSILON = 1e-8
BETAS = (0.9, 0.95)

# The recipe's factors of the rate, and of the weight decay, by the part that a tensor plays.
RATE = {"scale": 6.0, "bias": 0.1, "alpha": 0.1, "frequencies": 0.1, "phases": 0.1, "mixing": 0.1, "shift": 0.1}
DECAY = {"bias": 0.0}

ACTIVATIONS = {"selu": F.selu, "mish": F.mish}
CASES = [
    {"recipe": "realmlp", "task": "classification", "units": 3, "activation": "selu", "learningRate": 0.04},
    {"recipe": "realmlp", "task": "regression", "units": 1, "activation": "mish", "learningRate": 0.2},
    {"recipe": "realmlp", "task": "regression", "units": 2, "activation": "mish", "learningRate": 0.2},
    {"recipe": "realmlp-s", "task": "classification", "units": 3, "activation": "selu", "learningRate": 0.04},
    {"recipe": "realmlp-s", "task": "regression", "units": 1, "activation": "mish", "learningRate": 0.07},
]


def part_of(name):
    """The part that a tensor plays: "weights" of "weights.2"."""
    return name.split(".")[0]


def coslog4(t):
    return 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t)))


def flat_cos(t):
    return 1.0 if t < 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * t - 1)))


def embedded(tensors, data):
    """What TD's first dense layer hears, before the scale: [periodic | numbers, flags | vectors of the categories]."""
    vectors = [tensors[f"embedding.{j}"][data["codes"][:, j]] for j in range(len(CARDINALITIES))]
    x = data["numbers"]
    waves = torch.cos(2 * math.pi * x[:, :, None] * tensors["frequencies"] + tensors["phases"])  # [B, F, 16]
    periodic = torch.einsum("bfk,fhk->bfh", waves, tensors["mixing"]) + tensors["shift"]  # [B, F, 3]
    return torch.cat([periodic.flatten(1), x, data["flags"], *vectors], dim=1)


def layer_field(tensors, layer, y):
    return y @ tensors[f"weights.{layer}"].T / math.sqrt(y.shape[1])


def activated(case, tensors, layer, v):
    sigma = ACTIVATIONS[case["activation"]]
    alpha = tensors.get(f"alpha.{layer}")
    return sigma(v) if alpha is None else v + alpha * (sigma(v) - v)


def inputs_of(case, tensors, data):
    y = embedded(tensors, data) if case["recipe"] == "realmlp" else torch.cat([data["numbers"], data["flags"]], dim=1)
    return y * tensors["scale"]


def outputs(case, tensors, data):
    y = inputs_of(case, tensors, data)
    for layer in range(len(HIDDEN)):
        y = activated(case, tensors, layer, layer_field(tensors, layer, y) + tensors[f"bias.{layer}"])
    return layer_field(tensors, len(HIDDEN), y) + tensors[f"bias.{len(HIDDEN)}"]


def loss_of(case, y, data):
    if case["task"] == "regression":
        return ((y - data["values"][:, : case["units"]]) ** 2).mean()
    smoothing = 0.1
    target = (1 - smoothing) * F.one_hot(data["classes"], case["units"]) + smoothing / case["units"]
    return -(target * torch.log_softmax(y, dim=1)).sum(dim=1).mean()


def starting_tensors(case, data):
    """The recipe's own initialisation, so that the fields have the sizes that they have in earnest."""
    draw = torch.Generator().manual_seed(7)

    def normal(*shape):
        return torch.randn(*shape, generator=draw)

    def uniform(bound, *shape):
        return bound * (2 * torch.rand(*shape, generator=draw) - 1)

    tensors = {}
    if case["recipe"] == "realmlp":
        for j, cardinality in enumerate(CARDINALITIES):
            tensors[f"embedding.{j}"] = normal(cardinality, EMBEDDING)
        tensors["frequencies"] = 0.1 * normal(NUMBERS, FREQUENCIES)
        tensors["phases"] = uniform(math.pi, NUMBERS, FREQUENCIES)
        tensors["mixing"] = uniform(0.25, NUMBERS, PERIODIC, FREQUENCIES)
        tensors["shift"] = uniform(0.25, NUMBERS, PERIODIC)
        width = NUMBERS * (PERIODIC + 1) + FLAGS + len(CARDINALITIES) * EMBEDDING
    else:
        width = NUMBERS + FLAGS
    # Scale and alpha start near the recipe's 1 and not at it: ones would hide that they are read in a wrong order.
    tensors["scale"] = 1 + 0.1 * normal(width)
    y = inputs_of(case, tensors, data)
    for layer, units in enumerate([*HIDDEN, case["units"]]):
        tensors[f"weights.{layer}"] = normal(units, y.shape[1])
        tensors[f"bias.{layer}"] = normal(units)
        if case["recipe"] == "realmlp":
            start_by_data(tensors, layer, y, draw)
        elif layer == len(HIDDEN):
            tensors[f"weights.{layer}"].zero_()
            tensors[f"bias.{layer}"].zero_()
        field = layer_field(tensors, layer, y) + tensors[f"bias.{layer}"]
        if layer < len(HIDDEN):
            if case["recipe"] == "realmlp":
                tensors[f"alpha.{layer}"] = 1 + 0.1 * normal(units)
            y = activated(case, tensors, layer, field)
    return {name: torch.tensor(rounded(tensor.tolist())) for name, tensor in tensors.items()}


def start_by_data(tensors, layer, y, draw):
    """Fields of deviation 1 over the data; each bias minus a random mean of five rows' fields."""
    weights = tensors[f"weights.{layer}"]
    weights /= layer_field(tensors, layer, y).std(dim=0, correction=0)[:, None]
    field = layer_field(tensors, layer, y)
    units = len(weights)
    rows = torch.randint(len(y), (units, 5), generator=draw)
    shares = torch.empty(units, 5).exponential_(generator=draw)
    shares /= shares.sum(dim=1, keepdim=True)
    tensors[f"bias.{layer}"] = -(shares * field[rows, torch.arange(units)[:, None]]).sum(dim=1)


def rounded(values, digits=4):
    return [rounded(each, digits) for each in values] if isinstance(values, list) else round(values, digits)


def epsilon_of(name, tensor):
    """What gradus' ε for w amounts to for W."""
    return EPSILON / math.sqrt(tensor.shape[1]) if part_of(name) == "weights" else EPSILON


def learn(case, data, initial, batches, dtype=torch.float64, epsilon=epsilon_of):
    """Each step's loss before its update, the last tensors and, with them, the outputs for all rows."""
    data = {name: values.to(dtype) if values.is_floating_point() else values for name, values in data.items()}
    tensors = {name: values.to(dtype, copy=True).requires_grad_() for name, values in initial.items()}
    groups = [{"params": [tensor], "name": name, "eps": epsilon(name, tensor)} for name, tensor in tensors.items()]
    optimizer = torch.optim.Adam(groups, betas=BETAS)
    losses = []
    for step, rows in enumerate(batches):
        t = step / STEPS
        rate = case["learningRate"] * coslog4(t)
        decay = 0.02 * flat_cos(t) if case["recipe"] == "realmlp" else 0.0
        batch = {name: values[rows] for name, values in data.items()}
        loss = loss_of(case, outputs(case, tensors, batch), batch)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        for group in optimizer.param_groups:
            part = part_of(group["name"])
            factor = RATE.get(part, 1.0)
            group["lr"] = rate * factor
            with torch.no_grad():
                group["params"][0].mul_(1 - decay * rate * (DECAY.get(part, 1.0) * factor) ** 2)
        optimizer.step()
    with torch.no_grad():
        y = outputs(case, tensors, data)
    return losses, [tensor.detach() for tensor in tensors.values()], y


def significant(values, digits):
    return [float(f"{value:.{digits}g}") for value in values]


def flattened(tensors):
    return [value for tensor in tensors for value in tensor.flatten().tolist()]


def distances(initial, found, exact):
    """By losses, outputs and tensor: the largest error as a part of the largest number that is right."""
    names = ["losses", *[f"parameters {name}" for name in initial], "outputs"]
    (losses, tensors, y), (exact_losses, exact_tensors, exact_y) = found, exact
    pairs = zip([losses, *tensors, y], [exact_losses, *exact_tensors, exact_y])
    numbers = [(torch.as_tensor(a, dtype=torch.float64), torch.as_tensor(b)) for a, b in pairs]
    return {name: float(f"{(a - b).abs().max() / b.abs().max():.2g}") for name, (a, b) in zip(names, numbers)}


def make_case(case, data, batches):
    initial = starting_tensors(case, data)
    exact = learn(case, data, initial, batches)
    single = learn(case, data, initial, batches, dtype=torch.float32)
    recipe_losses, _, recipe_y = learn(case, data, initial, batches, epsilon=lambda _name, _tensor: EPSILON)
    losses, tensors, y = exact
    for (name, before), after in zip(initial.items(), tensors):
        assert (after - before).abs().max() > 1e-3, f"{case['recipe']}: {name} does not learn"
    assert losses[-1] < 0.5 * losses[0], f"{case}: the loss does not fall"
    return {
        **case,
        "initial": [{"name": name, "shape": list(t.shape), "values": t.flatten().tolist()} for name, t in initial.items()],
        "losses": significant(losses, 11),
        "parameters": significant(flattened(tensors), 11),
        "outputs": significant(y.flatten().tolist(), 11),
        "recipesEpsilon": {
            "losses": significant(recipe_losses, 8),
            "outputs": significant(recipe_y.flatten().tolist(), 8),
        },
        "float32Distances": distances(initial, single, exact),
    }


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    draw = random.Random(20241013)
    numbers = [[round(3 * math.tanh(draw.gauss(0, 0.5)), 3) for _ in range(NUMBERS)] for _ in range(ROWS)]
    flags = [[draw.choice([-1, 1]), draw.choice([0, 0, 1])] for _ in range(ROWS)]
    # Code 0 is a missing category: its vector is never seen, and only decays.
    codes = [[draw.randrange(1, cardinality) for cardinality in CARDINALITIES] for _ in range(ROWS)]
    values, classes = [], []
    for x, flag, code in zip(numbers, flags, codes):
        first = math.sin(2 * x[0]) + 0.5 * flag[0] * x[1] + draw.gauss(0, 0.1)
        second = math.cos(code[0]) - 0.4 * x[2] + 0.3 * flag[1] + draw.gauss(0, 0.1)
        values.append([round(first, 3), round(second, 3)])
        classes.append(0 if first > 0.5 else 1 if second > 0 else 2)
    batches = []
    while len(batches) < STEPS:
        order = draw.sample(range(ROWS), ROWS)
        batches += [order[i : i + BATCH_SIZE] for i in range(0, ROWS - BATCH_SIZE + 1, BATCH_SIZE)]
    data = {"numbers": numbers, "flags": flags, "codes": codes, "values": values, "classes": classes}
    tensors = {name: torch.tensor(column) for name, column in data.items()}
    tensors["flags"] = tensors["flags"].double()
    fixtures = {
        "madeWith": f"Python {platform.python_version()}, PyTorch {torch.__version__.split('+')[0]}",
        "data": data,
        "cardinalities": CARDINALITIES,
        "hidden": HIDDEN,
        "batches": batches,
        "cases": [make_case(case, tensors, batches) for case in CASES],
    }
    path = Path(__file__).with_name("realmlp.json")
    path.write_text(json.dumps(fixtures, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
