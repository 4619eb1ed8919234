"""
A model made by gradus: regression by one network.

    model = load()
    with torch.no_grad():
        predicted = model(encode(table))

encode takes the columns of a table by their names, a dict of lists or a data frame, and makes one matrix of them. Values are
Python's own: numbers, True and False, texts, dates and times; None, NaN and NaT are missing. No text is read as another type.

model(inputs) are gradus' predictions: NAMES in their units, [N, D], averaged over the networks.
model.members are the networks alone, for learning on: a network's outputs are standardised numbers, (value - mean) / deviation by its SCALES.
"""

import math
from numbers import Real
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

WEIGHTS = Path(__file__).with_name("model.safetensors")


# The texts that mean a missing value.
MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"]


# What is cut off both ends of a text.
SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def require_columns(table, names):
    absent = [name for name in names if name not in table]
    if absent:
        raise ValueError(f"expected a table with the columns that the model was trained with, found one without {absent}")


def cells(table, name, read, missing=MISSING):
    """The values of a column; None for a missing one: None, NaN, NaT, pandas' NA, and the texts and numbers listed as missing."""
    values = []
    for row, value in enumerate(table[name]):
        if isinstance(value, str):
            value = value.strip(SPACES)
        if value is None or type(value).__name__ == "NAType" or value != value or value in missing:
            values.append(None)
            continue
        try:
            values.append(read(value))
        except ValueError as error:
            raise ValueError(f"column {name!r}, row {row}: expected {error}, found {value!r}") from None
    return values


def read_number(value):
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError("a finite number")


def read_text(value):
    if isinstance(value, str):
        return value
    raise ValueError("a text")


def scaled(x, median, scale):
    """z / sqrt(1 + (z/3)^2), z = (x - median) scale: nearly z around the median, and never beyond 3 and -3."""
    z = (x - median) * scale
    return torch.where(z.abs() > 1e100, 3 * z.sign(), z / torch.sqrt(1 + (z / 3) ** 2))


def number_inputs(values, median, scale, clip=True):
    """A number, scaled; the median where it is missing."""
    x = torch.tensor([median if value is None else value for value in values], dtype=torch.float64)[:, None]
    return scaled(x, median, scale) if clip else (x - median) * scale


def code_inputs(values, categories):
    """1 for the first category, 2 for the second and so on, 0 for any other value."""
    codes = {category: 1 + place for place, category in enumerate(categories)}
    return torch.tensor([codes.get(value, 0) for value in values], dtype=torch.float64)[:, None]


class Scale(nn.Module):
    """Each input times a factor of its own: y = s x."""

    def __init__(self, inputs):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(inputs))

    def forward(self, x):
        return x * self.weight


class Embeddings(nn.Module):
    """
    The inputs that are no codes, and then a vector for each code; 0 stands for what is missing or unknown.

    codes: of each the input that it is, and how many vectors it has.
    """

    def __init__(self, codes, dimension):
        super().__init__()
        self.columns = [column for column, _ in codes]
        self.tables = nn.ModuleList(nn.Embedding(count, dimension) for _, count in codes)

    def forward(self, x):
        parts = [x[:, [column for column in range(x.shape[1]) if column not in self.columns]]]
        for column, table in zip(self.columns, self.tables):
            code = x[:, column]
            is_code = (code >= 0) & (code < table.num_embeddings) & (code == code.floor())
            parts.append(table(torch.where(is_code, code, torch.zeros_like(code)).long()))
        return torch.cat(parts, dim=1)


class Periodic(nn.Module):
    """For each of some inputs h = W cos(2 pi f x + p) + b; all h, and then all inputs as they are."""

    def __init__(self, columns, frequencies, units):
        super().__init__()
        self.columns = columns
        bound = frequencies**-0.5
        self.frequencies = nn.Parameter(0.1 * torch.randn(len(columns), frequencies))
        self.phases = nn.Parameter(math.pi * (2 * torch.rand(len(columns), frequencies) - 1))
        self.weight = nn.Parameter(bound * (2 * torch.rand(len(columns), units, frequencies) - 1))
        self.bias = nn.Parameter(bound * (2 * torch.rand(len(columns), units) - 1))

    def forward(self, x):
        waves = torch.cos(2 * math.pi * (x[:, self.columns, None] * self.frequencies) + self.phases)  # [N, C, F]
        h = torch.einsum("ncf,chf->nch", waves, self.weight) + self.bias  # [N, C, H]
        return torch.cat([h.flatten(1), x], dim=1)


def restored(outputs, means, deviations, least=None, greatest=None):
    """Numbers in the targets' units from standardised ones, within the range of the training rows where there is one."""
    means, deviations = (torch.tensor(part, dtype=torch.float64, device=outputs.device) for part in (means, deviations))
    numbers = outputs.double() * deviations + means
    if least is None:
        return numbers
    return numbers.clamp(*(torch.tensor(part, dtype=torch.float64, device=outputs.device) for part in (least, greatest)))


# What is predicted, in the order of the outputs.
NAMES = ["u", "v"]

# Of each network, for each target: mean, deviation and range of its training rows; numbers are limited to the range where it is there.
SCALES = [
    ([0, 0], [1, 1]),
]


def encode(table):
    """The inputs of the networks, [N, 4]."""
    require_columns(table, ["a", "b", "c", "d"])
    inputs = []
    values = cells(table, "a", read_number)
    inputs.append(number_inputs(values, 0, 1, clip=False))
    values = cells(table, "b", read_number)
    inputs.append(number_inputs(values, 0, 1, clip=False))
    values = cells(table, "c", read_number)
    inputs.append(number_inputs(values, 0, 1, clip=False))
    values = cells(table, "d", read_text)
    inputs.append(code_inputs(values, ["x", "y", "z"]))
    return torch.cat(inputs, dim=1).float()


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList([
            nn.Sequential(
                Embeddings([(3, 4)], 8),
                Periodic([0, 2], 5, 2),
                Scale(15),
                nn.Linear(15, 2),
            ),
        ])

    def forward(self, inputs):
        """inputs: what encode gives, float32. Returns predictions, float64."""
        outputs = [member(inputs) for member in self.members]
        responses = [restored(y, *scales) for y, scales in zip(outputs, SCALES)]
        mean = torch.stack(responses).mean(dim=0)
        return mean


def load(file=WEIGHTS):
    """A model with the weights of a file, ready to predict."""
    model = Model()
    model.members[0].load_state_dict(load_file(file), strict=True)
    return model.eval()


def save(model, file):
    """Writes the weights of the network, as load and gradus import read them."""
    save_file(model.members[0].state_dict(), file)
