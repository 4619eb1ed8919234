"""Makes fixtures.json: what PyTorch, in float64 on the CPU, learns in 20 steps from fixed starting weights.

    pip install torch==2.15.0
    python test/parity/make_fixtures.py && npx biome format --write test/parity/fixtures.json

Made with Python 3.11.7 and PyTorch 2.15.0 (`madeWith` in the file). parity.test.ts learns the same from the file and
compares every parameter. The script shares no code with gradus: layers, activations, losses and optimizers are
PyTorch's own, but for Lion, which it doesn't have. Where its conventions differ, the line says so:

- the loss of a batch is 1/B times the sum of the patterns' weighted losses, whatever the weights (PyTorch's "mean"
  reduction of a weighted cross-entropy divides by the sum of the weights);
- penalties and weight decay act on weights and not on biases;
- clipping scales to the norm itself (clip_grad_norm_ adds 1e-6 to the norm it divides by).

Last digits depend on the CPU's vector instructions (by up to 4e-14 of a number, where the test allows 1e-10): a change
that only adds cases leaves those that were there as they are.
"""

import json
import platform
import random
from pathlib import Path

import torch
import torch.nn.functional as F

STEPS = 20
BATCH_SIZE = 4
ROWS = 10  # an epoch has batches of 4, 4 and 2
WIDTHS = [3, 5, 4, 3]

ACTIVATIONS = {
    "identity": lambda v: v,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leakyRelu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "softplus": F.softplus,
    "softmax": lambda v: F.softmax(v, dim=1),
    "relu6": F.relu6,
    "hardSwish": F.hardswish,
}

# Where the pieces of an activation meet: a case with larger inputs has pre-activations in each of them.
KINKS = {"relu6": [0.0, 6.0], "hardSwish": [-3.0, 3.0]}


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023, "Symbolic discovery of optimization algorithms", transcribed."""

    def __init__(self, groups, lr, betas, weight_decay):
        super().__init__(groups, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for theta in group["params"]:
                m = self.state[theta].get("m", torch.zeros_like(theta))
                c = beta1 * m + (1 - beta1) * theta.grad
                theta -= group["lr"] * (c.sign() + group["weight_decay"] * theta)
                self.state[theta]["m"] = beta2 * m + (1 - beta2) * theta.grad


def pattern_losses(loss, y, data):
    """The loss of each pattern, [B]: no reduction over the batch yet."""
    smoothing = loss.get("labelSmoothing", 0)
    weights = torch.tensor(loss["classWeights"]) if "classWeights" in loss else None
    match loss["name"]:
        case "halfSquaredError":
            return 0.5 * F.mse_loss(y, data["values"], reduction="none").sum(dim=1)
        case "meanSquaredError":
            return F.mse_loss(y, data["values"], reduction="none").mean(dim=1)
        case "meanAbsoluteError":
            return F.l1_loss(y, data["values"], reduction="none").mean(dim=1)
        case "quantile":
            # The pinball loss of Koenker & Bassett; each number of the target has an output for each quantile.
            quantiles = torch.tensor(loss["quantiles"])
            e = data["values"][:, : y.shape[1] // len(quantiles)].repeat_interleave(len(quantiles), dim=1) - y
            tau = quantiles.repeat(y.shape[1] // len(quantiles))
            return torch.maximum(tau * e, (tau - 1) * e).mean(dim=1)
        case "huber":
            return F.huber_loss(y, data["values"], delta=loss.get("delta", 1.0), reduction="none").mean(dim=1)
        case "crossEntropy":
            return F.cross_entropy(y, data["classes"], weight=weights, label_smoothing=smoothing, reduction="none")
        case "binaryCrossEntropy":
            target = data["flags"] * (1 - smoothing) + smoothing / 2
            terms = F.binary_cross_entropy_with_logits(y, target, pos_weight=weights, reduction="none")
            return terms.mean(dim=1)


def make_optimizer(optimizer, weights, biases):
    """PyTorch's optimizer of a description; biases form a group without decay."""
    rate = optimizer["learningRate"]
    groups = [{"params": weights}, {"params": biases, "weight_decay": 0.0}]
    match optimizer["name"]:
        case "sgd":
            return torch.optim.SGD(groups, lr=rate)
        case "momentum":
            return torch.optim.SGD(groups, lr=rate, momentum=optimizer["momentum"])
        case "nesterov":
            return torch.optim.SGD(groups, lr=rate, momentum=optimizer["momentum"], nesterov=True)
        case "rmsProp":
            return torch.optim.RMSprop(groups, lr=rate, alpha=optimizer["decay"], eps=optimizer["epsilon"])
        case "adam" | "adamW":
            betas = (optimizer["beta1"], optimizer["beta2"])
            if optimizer["name"] == "adam":
                return torch.optim.Adam(groups, lr=rate, betas=betas, eps=optimizer["epsilon"])
            decay = optimizer["weightDecay"]
            return torch.optim.AdamW(groups, lr=rate, betas=betas, eps=optimizer["epsilon"], weight_decay=decay)
        case "lion":
            betas = (optimizer["beta1"], optimizer["beta2"])
            return Lion(groups, lr=rate, betas=betas, weight_decay=optimizer["weightDecay"])
        case "adaGrad":
            return torch.optim.Adagrad(groups, lr=rate, eps=optimizer["epsilon"])


def penalised(loss, weights, case):
    for weight in weights:
        loss = loss + case.get("l1", 0) * weight.abs().sum() + case.get("l2", 0) / 2 * (weight * weight).sum()
    return loss


def clip(parameters, longest):
    norm = torch.sqrt(sum((p.grad * p.grad).sum() for p in parameters))
    if norm > longest:
        for p in parameters:
            p.grad *= longest / norm


def learn(case, data, initial, batches):
    """The case with what was learned: each step's loss before its update, and the last parameters."""
    weights = [torch.tensor(w, requires_grad=True) for w, _ in initial]
    biases = [torch.tensor(b, requires_grad=True) for _, b in initial] if case.get("bias", True) else []
    tensors = [t for pair in zip(weights, biases) for t in pair] if biases else weights
    optimizer = make_optimizer(case["optimizer"], weights, biases)
    factors = case.get("rateFactors", [1.0] * STEPS)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factors[min(step, STEPS - 1)])
    losses = []
    fields = [[] for _ in weights]
    for rows in batches:
        batch = {name: values[rows] for name, values in data.items()}
        y = case.get("inputScale", 1) * batch["inputs"]
        for layer, activation in enumerate(case["activations"]):
            v = F.linear(y, weights[layer], biases[layer] if biases else None)
            fields[layer].append(v.detach())
            y = ACTIVATIONS[activation](v)
        loss = (pattern_losses(case["loss"], y, batch) * batch["sampleWeights"]).sum() / len(rows)
        losses.append(loss.item())
        optimizer.zero_grad()
        penalised(loss, weights, case).backward()
        clip(tensors, case.get("clipNorm", float("inf")))
        optimizer.step()
        schedule.step()
    start = [t for pair in initial for t in pair] if biases else [w for w, _ in initial]
    for before, after in zip(start, tensors):
        assert (torch.tensor(before) - after).abs().max() > 1e-4, f"{case['title']}: a tensor that does not learn"
    if "inputScale" in case:
        for name, seen in zip(case["activations"], fields):
            kinks = torch.tensor(KINKS.get(name, []))
            reached = torch.bucketize(torch.cat(seen), kinks).unique()
            assert len(reached) == len(kinks) + 1, f"{case['title']}: a piece of {name} that no value reaches"
    parameters = torch.cat([t.detach().flatten() for t in tensors]).tolist()
    return {"title": case["title"], **case, "losses": losses, "parameters": parameters}


SGD = {"name": "sgd", "learningRate": 0.2}
ADAM = {"name": "adam", "learningRate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
ADAM_W = {**ADAM, "name": "adamW", "weightDecay": 0.1}
CROSS_ENTROPY = {"name": "crossEntropy"}
OPTIMIZERS = [
    SGD,
    {"name": "momentum", "learningRate": 0.05, "momentum": 0.9},
    {"name": "nesterov", "learningRate": 0.05, "momentum": 0.9},
    {"name": "rmsProp", "learningRate": 0.01, "decay": 0.9, "epsilon": 1e-8},
    ADAM,
    ADAM_W,
    {"name": "lion", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "weightDecay": 0.1},
    {"name": "adaGrad", "learningRate": 0.05, "epsilon": 1e-10},
]
LOSSES = [
    {"name": "halfSquaredError"},
    {"name": "meanSquaredError"},
    {"name": "meanAbsoluteError"},
    {"name": "huber"},
    {"name": "huber", "delta": 0.25},
    {"name": "quantile", "quantiles": [0.5]},
    {"name": "quantile", "quantiles": [0.1, 0.4, 0.9]},
    CROSS_ENTROPY,
    {**CROSS_ENTROPY, "labelSmoothing": 0.1},
    {**CROSS_ENTROPY, "labelSmoothing": 0.1, "classWeights": [0.5, 2.0, 1.25]},
    {"name": "binaryCrossEntropy"},
    {"name": "binaryCrossEntropy", "labelSmoothing": 0.2, "classWeights": [0.5, 3.0, 1.0]},
]


def make_cases():
    plain = {"activations": ["tanh", "gelu", "identity"], "loss": CROSS_ENTROPY, "optimizer": SGD}
    warm_up = [min(1.0, (step + 1) / 5) * 0.97**step for step in range(STEPS)]
    for optimizer in OPTIMIZERS:
        name = optimizer["name"]
        yield {**plain, "title": name, "optimizer": optimizer}
        yield {**plain, "title": f"{name} under a schedule", "optimizer": optimizer, "rateFactors": warm_up}
    for loss in LOSSES:
        options = ", ".join(f"{key} {value}" for key, value in loss.items() if key != "name")
        yield {**plain, "title": f"{loss['name']} {options}".strip(), "loss": loss}
    for activation in ACTIVATIONS:
        layers = {"activations": [activation] * 3, "loss": {"name": "halfSquaredError"}}
        yield {**plain, **layers, "title": f"{activation} in every layer", "optimizer": {**SGD, "learningRate": 0.02}}
    beyond = {"activations": list(KINKS) + ["identity"], "inputScale": 4, "optimizer": {**SGD, "learningRate": 0.02}}
    yield {**plain, **beyond, "title": "relu6 and hardSwish on both sides of their kinks"}
    yield {**plain, "title": "no biases", "bias": False}
    yield {**plain, "title": "l1", "l1": 0.01}
    yield {**plain, "title": "l2", "l2": 0.05}
    yield {**plain, "title": "clipNorm", "clipNorm": 0.3}
    everything = {"l1": 0.01, "l2": 0.05, "clipNorm": 0.3, "optimizer": ADAM_W}
    yield {**plain, **everything, "title": "l1, l2 and clipNorm with adamW"}


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    draw = random.Random(20241013)

    def matrix(rows, columns, deviation):
        return [[round(draw.gauss(0, deviation), 3) for _ in range(columns)] for _ in range(rows)]

    initial = [
        (matrix(units, inputs, 0.7), matrix(1, units, 0.3)[0]) for inputs, units in zip(WIDTHS[:-1], WIDTHS[1:])
    ]
    data = {
        "inputs": matrix(ROWS, WIDTHS[0], 1.0),
        "sampleWeights": [round(draw.uniform(0.2, 2.0), 2) for _ in range(ROWS)],
        "values": matrix(ROWS, WIDTHS[-1], 0.8),
        "classes": [draw.randrange(WIDTHS[-1]) for _ in range(ROWS)],
        "flags": [[draw.randrange(2) for _ in range(WIDTHS[-1])] for _ in range(ROWS)],
    }
    batches = []
    while len(batches) < STEPS:
        order = draw.sample(range(ROWS), ROWS)
        batches += [order[i : i + BATCH_SIZE] for i in range(0, ROWS, BATCH_SIZE)]
    batches = batches[:STEPS]
    tensors = {name: torch.tensor(values) for name, values in data.items()}
    tensors["flags"] = tensors["flags"].double()
    fixtures = {
        "madeWith": f"Python {platform.python_version()}, PyTorch {torch.__version__.split('+')[0]}, float64",
        "widths": WIDTHS,
        "initial": [{"weights": weights, "bias": bias} for weights, bias in initial],
        "data": data,
        "batches": batches,
        "cases": [learn(case, tensors, initial, batches) for case in make_cases()],
    }
    path = Path(__file__).with_name("fixtures.json")
    path.write_text(json.dumps(fixtures, indent=1) + "\n")


if __name__ == "__main__":
    main()
