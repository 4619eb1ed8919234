"""Makes pytorch.json, sklearn.json and keras.json: small networks as ONNX files, and what onnxruntime computes with them.

    pip install torch==2.15.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 scikit-learn==1.9.1 skl2onnx==1.20.0
    python test/parity/onnx/make_imports.py pytorch
    python test/parity/onnx/make_imports.py sklearn
    pip install tensorflow-cpu==2.21.0 keras==3.15.1 tf2onnx==1.17.0 onnxruntime==1.32.0
    python test/parity/onnx/make_imports.py keras

    python test/parity/onnx/make_imports.py random FOLDER 60

Made with Python 3.11.7 (`madeWith` in each file). imports.test.ts imports each network and compares its predictions. The last command
makes networks of random architectures in PyTorch, each by both exporters, for one comparison that isn't kept:
GRADUS_IMPORTS=FOLDER npx vitest run test/parity/onnx.
"""

import base64
import io
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
HERE = Path(__file__).parent
ROWS = 6


def case(name, model, inputs, task=None):
    """A network with rows for it. inputs: one array [N, I], or arrays [N, 1] by name."""
    stripped = onnx.load_model_from_string(model)
    for node in stripped.graph.node:  # the newer exporter notes where in the program a node comes from
        del node.metadata_props[:]
        node.doc_string = ""
    del stripped.graph.value_info[:]
    del stripped.graph.metadata_props[:]
    for value in [*stripped.graph.input, *stripped.graph.output, *stripped.graph.initializer]:
        del value.metadata_props[:]
    content = stripped.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    if not isinstance(inputs, dict):
        inputs = {session.get_inputs()[0].name: inputs}
    outputs = session.run(None, inputs)
    rows = np.concatenate([array.reshape(len(array), -1) for array in inputs.values()], axis=1)
    return {
        "name": name,
        **({"task": task} if task else {}),
        "inputs": rows.astype(float).tolist(),
        "outputs": {o.name: plain(v) for o, v in zip(session.get_outputs(), outputs)},
        "onnx": base64.b64encode(content).decode(),
    }


def plain(value):
    return value if isinstance(value, list) else value.tolist()


def normal(width, rows=ROWS, seed=1):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


def pytorch_export(network, example, newer):
    import torch

    network.eval()
    content = io.BytesIO()
    if newer:
        rows = torch.export.Dim("rows", min=1)
        torch.onnx.export(
            network, (torch.tensor(example),), content, dynamo=True, external_data=False,
            dynamic_shapes=({0: rows},), verbose=False,
        )
    else:
        torch.onnx.export(
            network, (torch.tensor(example),), content, dynamo=False, input_names=["x"], output_names=["y"],
            dynamic_axes={"x": {0: "rows"}, "y": {0: "rows"}},
        )
    return content.getvalue()


def pytorch():
    import torch
    from torch import nn

    torch.manual_seed(0)

    def filled(network):
        """Statistics, slopes and factors other than those that layers begin with."""
        for part in network.modules():
            if isinstance(part, nn.BatchNorm1d):
                nn.init.normal_(part.running_mean)
                nn.init.uniform_(part.running_var, 0.3, 2)
            if isinstance(part, (nn.BatchNorm1d, nn.LayerNorm)):
                nn.init.normal_(part.weight)
                nn.init.normal_(part.bias)
            if isinstance(part, nn.PReLU):
                nn.init.normal_(part.weight)
        return network

    def stack(*activations, end=()):
        layers = [layer for each in activations for layer in (nn.Linear(4, 4), each)]
        return filled(nn.Sequential(*layers, *end))

    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.last = nn.Linear(4, 5), nn.Linear(5, 1)
            self.register_buffer("mean", torch.randn(4) * 100)
            self.register_buffer("deviation", torch.rand(4) + 50)

        def forward(self, x):
            x = ((x - self.mean) / self.deviation).view(x.size(0), -1)
            return self.last(torch.relu(self.hidden(x))).squeeze(-1) * 30 + 200

    class Decomposed(nn.Module):
        """Activations and normalisations as formulas."""

        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(6)])
            self.last = nn.Linear(4, 3)
            self.slopes = nn.Parameter(torch.randn(4))

        def forward(self, x):
            v = self.layers[0](x)
            v = self.layers[1](0.5 * v * (1 + torch.erf(v / 2**0.5)))
            v = self.layers[2](torch.where(v > 0, v, torch.exp(v) - 1))
            v = self.layers[3](torch.clamp(v, min=0) + self.slopes * torch.clamp(v, max=0))
            v = self.layers[4](v * torch.clamp(v + 3, 0, 6) / 6)
            v = self.layers[5](torch.log(1 + torch.exp(v)))
            mean = v.mean(-1, keepdim=True)
            v = (v - mean) / torch.sqrt(((v - mean) ** 2).mean(-1, keepdim=True) + 1e-5)
            return torch.softmax(self.last(v), dim=-1)

    networks = {
        "softmax": (stack(nn.GELU(), nn.SiLU(), end=[nn.Linear(4, 3), nn.Softmax(dim=1)]), None),
        "log softmax": (stack(nn.Tanh(), end=[nn.Linear(4, 3, bias=False), nn.LogSoftmax(dim=-1)]), None),
        "one sigmoid": (stack(nn.ReLU(), end=[nn.Linear(4, 1), nn.Sigmoid()]), None),
        "several sigmoids": (stack(nn.ReLU(), end=[nn.Linear(4, 3), nn.Sigmoid()]), None),
        "logits": (stack(nn.ReLU(), end=[nn.Linear(4, 3)]), "classification"),
        "one logit": (stack(nn.ReLU(), end=[nn.Linear(4, 1)]), "classification"),
        "numbers": (stack(nn.ELU(), nn.SELU(), nn.Mish(), nn.Softplus(), end=[nn.Linear(4, 2)]), None),
        "bent lines": (
            stack(nn.LeakyReLU(), nn.LeakyReLU(0.2), nn.PReLU(4), nn.ReLU6(), nn.Hardswish(), end=[nn.Linear(4, 2)]), None,
        ),
        "limits": (stack(nn.Hardsigmoid(), nn.Hardtanh(), nn.Hardtanh(-2, 0.5), end=[nn.Linear(4, 1)]), None),
        "transformed": (
            stack(nn.CELU(2.0), nn.LogSigmoid(), nn.Softplus(beta=2), nn.PReLU(), end=[nn.Linear(4, 1)]), None,
        ),
        "other exponentials": (stack(nn.ELU(2.0), nn.ELU(0.3), end=[nn.Linear(4, 1)]), None),
        "tanh at the end": (stack(nn.ReLU(), end=[nn.Linear(4, 2), nn.Tanh()]), None),
        "batch normalisation": (
            filled(nn.Sequential(
                nn.BatchNorm1d(4), nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(0.3), nn.BatchNorm1d(5),
                nn.Linear(5, 3), nn.BatchNorm1d(3),
            )), None,
        ),
        "layer normalisation": (
            filled(nn.Sequential(
                nn.Flatten(), nn.LayerNorm(4), nn.Linear(4, 5), nn.LayerNorm(5), nn.GELU(), nn.Linear(5, 3), nn.LayerNorm(3),
            )), None,
        ),
        "scaled": (Scaled(), None),
        "decomposed": (Decomposed(), None),
    }
    cases = []
    for name, (network, task) in networks.items():
        rows = normal(4) * (100 if name == "scaled" else 2)
        for newer in (False, True):
            if newer and name in ("several sigmoids", "one logit", "limits", "tanh at the end"):
                continue  # says nothing new
            content = pytorch_export(network, rows, newer)
            cases.append(case(f"{name}, {'torch.export' if newer else 'TorchScript'}", content, rows, task))
    images = filled(nn.Sequential(nn.Flatten(), nn.Linear(9, 4), nn.ReLU(), nn.Linear(4, 2)))
    rows = normal(9).reshape(ROWS, 1, 3, 3)
    cases.append(case("images, TorchScript", pytorch_export(images, rows, False), rows))
    return cases, {"pytorch": torch.__version__}


def sklearn():
    import pandas as pd
    import skl2onnx
    import sklearn as package
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    all_rows, species = load_iris(return_X_y=True)
    all_rows = all_rows.astype(np.float32)
    rows = all_rows[::25]
    names = np.array(["setosa", "versicolor", "virginica"])[species]
    settings = {"hidden_layer_sizes": (5, 4), "max_iter": 60, "random_state": 0}
    no_map = {"zipmap": False}

    def fitted(model, targets, table=all_rows):
        return model.fit(table, targets)

    def export(name, model, given=rows, **more):
        content = skl2onnx.to_onnx(model, given[:1], **more).SerializeToString()
        return case(name, content, {c.replace(" ", "_"): given[[c]].to_numpy() for c in given} if isinstance(given, pd.DataFrame) else given)

    frame = pd.DataFrame(all_rows, columns=["sepal length", "sepal width", "petal length", "petal width"])
    doubles = all_rows.astype(np.float64)
    cases = [
        export("texts", fitted(MLPClassifier(**settings), names)),
        export("scaled, whole numbers", fitted(make_pipeline(StandardScaler(), MLPClassifier(**settings)), species), options=no_map),
        export("two classes", fitted(make_pipeline(StandardScaler(), MLPClassifier(activation="logistic", **settings)), names == "setosa"), options=no_map),
        export("two classes of text", fitted(MLPClassifier(activation="tanh", **settings), np.where(species > 0, "yes", "no"))),
        export("labels", fitted(MLPClassifier(**settings), np.stack([species > 0, species > 1], 1) * 1), options=no_map),
        export("one number", fitted(make_pipeline(MinMaxScaler(), MLPRegressor(**settings)), species * 10.0)),
        export("identity", fitted(MLPRegressor(activation="identity", **settings), species * 1.0)),
        export("float64", fitted(make_pipeline(StandardScaler(), MLPRegressor(**settings)), species * 1.0, doubles), doubles[::25]),
        export("linear regression", fitted(LinearRegression(), species * 1.0)),
        export("linear regression of two numbers", fitted(make_pipeline(StandardScaler(), Ridge()), np.stack([species * 1.0, all_rows[:, 0] * 9], 1))),
        export("logistic regression", fitted(LogisticRegression(), names)),
        export("logistic regression of two classes", fitted(make_pipeline(StandardScaler(), LogisticRegression()), species == 2), options=no_map),
        export("an input for each column", fitted(make_pipeline(StandardScaler(), MLPClassifier(**settings)), names, frame), frame.iloc[::25], options=no_map),
    ]
    return cases, {"scikit-learn": package.__version__, "skl2onnx": skl2onnx.__version__}


def keras():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras as package
    import tf2onnx
    from keras import layers

    package.utils.set_random_seed(0)

    def export(name, parts, width=4, task=None):
        network = package.Sequential([package.Input((width,)), *parts])
        for part in network.layers:
            if isinstance(part, (layers.BatchNormalization, layers.LayerNormalization, layers.PReLU)):
                part.set_weights([np.random.default_rng(i).uniform(0.3, 2, w.shape) for i, w in enumerate(part.get_weights())])
        with tempfile.TemporaryDirectory() as folder:
            network.export(folder, verbose=False)
            command = ["tf2onnx.convert", "--saved-model", folder, "--opset", "17", "--output", f"{folder}/network.onnx"]
            subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
            content = Path(f"{folder}/network.onnx").read_bytes()
        return case(name, content, normal(width) * 2, task)

    scaling = layers.Normalization()
    scaling.adapt(normal(4, 100) * 3 + 7)
    usual = ["silu", "mish", "softplus", "elu", "selu", "leaky_relu", "hard_sigmoid", "relu6", "hard_silu", "sigmoid", "tanh"]
    cases = [
        export("normalised", [scaling, layers.Dense(5, activation="relu"), layers.Dropout(0.2), layers.Dense(3, activation="softmax")]),
        export("activations", [*(layers.Dense(4, activation=each) for each in usual), layers.Dense(1, activation="sigmoid")]),
        export("normalisations", [
            layers.Dense(5), layers.BatchNormalization(), layers.ReLU(), layers.Dense(5), layers.LayerNormalization(), layers.PReLU(),
            layers.Dense(5), layers.LeakyReLU(), layers.Dense(5, activation="relu"), layers.BatchNormalization(), layers.Rescaling(2.0, 1.0),
            layers.Dense(2),
        ]),
        export("logits", [layers.Dense(6, activation="elu"), layers.Dense(3)], task="classification"),
    ]
    return cases, {"keras": package.__version__, "tf2onnx": tf2onnx.__version__}


def random_networks(folder, count):
    import torch
    from torch import nn

    activations = [
        nn.ReLU, nn.GELU, nn.SiLU, nn.Mish, nn.Softplus, nn.ELU, nn.SELU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU, nn.ReLU6, nn.Hardswish,
        nn.Hardsigmoid, nn.Hardtanh, nn.CELU, nn.PReLU, nn.LogSigmoid, lambda: nn.LeakyReLU(0.3),
    ]
    ends = [lambda: nn.Softmax(dim=1), lambda: nn.LogSoftmax(dim=1), nn.Sigmoid, nn.Identity, nn.Tanh]
    cases = []
    for seed in range(count):
        draw = random.Random(seed)
        torch.manual_seed(seed)
        width = first = draw.randint(1, 40)
        parts = []
        for _ in range(draw.randint(1, 5)):
            units = draw.randint(1, 128)
            parts.append(nn.Linear(width, units, bias=draw.random() < 0.8))
            width = units
            if draw.random() < 0.4 and units > 1:
                parts.append(nn.BatchNorm1d(units) if draw.random() < 0.5 else nn.LayerNorm(units))
            parts.append(draw.choice(activations)())
            if draw.random() < 0.3:
                parts.append(nn.Dropout(0.2))
        outputs = draw.randint(1, 10)
        end = draw.choice(ends)() if outputs > 1 else draw.choice(ends[2:])()
        network = nn.Sequential(*parts, nn.Linear(width, outputs), end)
        for part in network.modules():
            if isinstance(part, nn.BatchNorm1d):
                nn.init.normal_(part.running_mean)
                nn.init.uniform_(part.running_var, 0.3, 2)
        rows = normal(first, 32, seed)
        content = pytorch_export(network, rows, seed % 2 == 1)
        cases.append(case(f"random network {seed}", content, rows))
    write(Path(folder) / "random.json", cases, {"pytorch": torch.__version__})


def write(path, cases, made_with):
    made_with = {**made_with, "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
    lines = ",\n".join(json.dumps(each) for each in cases)
    path.write_text(f'{{ "madeWith": {json.dumps(made_with)}, "cases": [\n{lines}\n] }}\n')
    print(path, path.stat().st_size, "bytes", len(cases), "cases")


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "random":
        random_networks(sys.argv[2], int(sys.argv[3]))
    else:
        write(HERE / f"{what}.json", *{"pytorch": pytorch, "sklearn": sklearn, "keras": keras}[what]())
