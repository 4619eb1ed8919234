"""
A model made by gradus: regression by 2 networks.

    model = load()
    with torch.no_grad():
        predicted = model(encode(table))

encode takes the columns of a table by their names, a dict of lists or a data frame, and makes a list of 2 matrices of them. Values are
Python's own: numbers, True and False, texts, dates and times; None, NaN and NaT are missing. No text is read as another type.

model(inputs) are gradus' predictions: the quantiles NAMES in their unit, [N, Q], in ascending order, averaged over the networks.
intervals(model(inputs)) are the lower and upper bounds around these.
model.members are the networks alone, for learning on: a network's outputs are standardised numbers, (value - mean) / deviation by its SCALES.
"""

import math
from datetime import date, datetime, timedelta, timezone
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


EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


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


def read_truth(value):
    if isinstance(value, (bool, Real)) or type(value).__name__.startswith("bool"):
        if value == 0 or value == 1:
            return bool(value)
    raise ValueError("True or False")


def read_text(value):
    if isinstance(value, str):
        return value
    raise ValueError("a text")


def read_instant(value):
    """Milliseconds since 1970; a time without a zone counts as one in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, datetime):
        return ((value if value.tzinfo else value.replace(tzinfo=timezone.utc)) - EPOCH) // timedelta(milliseconds=1)
    raise ValueError("a date or datetime")


def scaled(x, median, scale):
    """z / sqrt(1 + (z/3)^2), z = (x - median) scale: nearly z around the median, and never beyond 3 and -3."""
    z = (x - median) * scale
    return torch.where(z.abs() > 1e100, 3 * z.sign(), z / torch.sqrt(1 + (z / 3) ** 2))


def number_inputs(values, median, scale, clip=True):
    """A number, scaled; the median where it is missing."""
    x = torch.tensor([median if value is None else value for value in values], dtype=torch.float64)[:, None]
    return scaled(x, median, scale) if clip else (x - median) * scale


def truth_inputs(values):
    """True 1, False -1, missing 0."""
    return torch.tensor([0 if value is None else 1 if value else -1 for value in values], dtype=torch.float64)[:, None]


def one_hot_inputs(values, categories):
    """An input for each category, 1 where it is the row's; all are 0 for one that training didn't have."""
    places = {category: place for place, category in enumerate(categories)}
    inputs = torch.zeros(len(values), len(categories), dtype=torch.float64)
    for row, value in enumerate(values):
        if value in places:
            inputs[row, places[value]] = 1
    return inputs


def signed_inputs(values, categories):
    """1 for the first category, -1 for the second, 0 for any other value."""
    signs = dict(zip(categories, (1, -1)))
    return torch.tensor([signs.get(value, 0) for value in values], dtype=torch.float64)[:, None]


def code_inputs(values, categories):
    """1 for the first category, 2 for the second and so on, 0 for any other value."""
    codes = {category: 1 + place for place, category in enumerate(categories)}
    return torch.tensor([codes.get(value, 0) for value in values], dtype=torch.float64)[:, None]


def date_inputs(values, parts, median, scale):
    """An instant, scaled, and sine and cosine of where it stands in the year, month, week and day, in UTC; 0 where it is missing."""
    turns = {
        "month": lambda moment: (moment.month - 1) / 12,
        "dayOfMonth": lambda moment: (moment.day - 1) / 31,
        "dayOfWeek": lambda moment: moment.isoweekday() % 7 / 7,
        "hour": lambda moment: (moment.hour + moment.minute / 60) / 24,
    }
    moments = [None if value is None else EPOCH + timedelta(milliseconds=value) for value in values]
    inputs = []
    for part in parts:
        if part == "time":
            inputs.append(number_inputs(values, median, scale))
            continue
        angles = [None if moment is None else 2 * math.pi * turns[part](moment) for moment in moments]
        waves = [(0, 0) if angle is None else (math.sin(angle), math.cos(angle)) for angle in angles]
        inputs.append(torch.tensor(waves, dtype=torch.float64).reshape(-1, 2))
    return torch.cat(inputs, dim=1)


def with_indicator(inputs, values):
    """One more input, which is 1 where the value is missing."""
    missing = torch.tensor([1 if value is None else 0 for value in values], dtype=torch.float64)
    return torch.cat([inputs, missing[:, None]], dim=1)


def scaled_flags(inputs, scales):
    """Scales some inputs. scales: of each its place, its median and its scale."""
    for place, median, scale in scales:
        inputs[:, place] = scaled(inputs[:, place], median, scale)
    return inputs


class Scale(nn.Module):
    """Each input times a factor of its own: y = s x."""

    def __init__(self, inputs):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(inputs))

    def forward(self, x):
        return x * self.weight


class ParametricActivation(nn.Module):
    """Each input with a slope a of its own: y = x + a (activation(x) - x)."""

    def __init__(self, inputs, activation):
        super().__init__()
        self.activation = activation
        self.weight = nn.Parameter(torch.ones(inputs))

    def forward(self, x):
        return x + self.weight * (self.activation(x) - x)


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
NAMES = ["price_q0.1", "price_q0.5", "price_q0.9"]

# Of each network, for each target: mean, deviation and range of its training rows; numbers are limited to the range where it is there.
SCALES = [
    ([365432.9408126254], [161191.49260075318], [69915.78931591535], [757018.4449197097]),
    ([400758.77181277255], [175978.92056140339], [51435.92845526808], [746502.8084990903]),
]

# How far the bounds of intervals are from what is predicted, for each target.
RADII = [51708.71240732208]


def encode_0(table):
    """Inputs as matrix 0, [N, 23]."""
    require_columns(table, ["size", "label", "colour", "zone", "street", "garden", "day", "side"])
    inputs = []
    values = cells(table, "size", read_number)
    inputs.append(scaled_flags(with_indicator(number_inputs(values, 46.599999999999994, 0.019083969465648852), values), [(1, 0, 2)]))
    values = cells(table, "label", read_number)
    inputs.append(number_inputs(values, 1000006.6571428571, 0.13779527559200375))
    values = cells(table, "colour", read_text)
    inputs.append(scaled_flags(one_hot_inputs(values, ["green", "\u00e9\"\u00df, \u6f22", "blue", "red"]), [(0, 0, 1), (1, 0, 2), (2, 0, 2), (3, 0, 2)]))
    values = cells(table, "zone", read_number)
    inputs.append(scaled_flags(one_hot_inputs(values, [205.5, 101, 309]), [(0, 0, 1), (1, 0, 1), (2, 0, 1)]))
    values = cells(table, "street", read_text)
    inputs.append(code_inputs(values, ["street 1", "street 6", "street 7", "street 10", "street 4", "street 0", "street 5", "street 9", "street 2", "street 11", "street 3", "street 8"]))
    values = cells(table, "garden", read_truth)
    inputs.append(scaled_flags(truth_inputs(values), [(0, 0.5, 0.5)]))
    values = cells(table, "day", read_instant)
    inputs.append(scaled_flags(with_indicator(date_inputs(values, ["time", "month", "dayOfMonth", "dayOfWeek", "hour"], 687521340000, 9.877528328701858e-13), values), [(9, 0, 2)]))
    values = cells(table, "side", read_text)
    inputs.append(scaled_flags(signed_inputs(values, ["left", "right"]), [(0, 1, 0.5)]))
    return torch.cat(inputs, dim=1).float()


def encode_1(table):
    """Inputs as matrix 1, [N, 23]."""
    require_columns(table, ["size", "label", "colour", "zone", "street", "garden", "day", "side"])
    inputs = []
    values = cells(table, "size", read_number)
    inputs.append(scaled_flags(with_indicator(number_inputs(values, 47.3, 0.01929570670525808), values), [(1, 0, 2)]))
    values = cells(table, "label", read_number)
    inputs.append(number_inputs(values, 1000006.7571428572, 0.13289036545014968))
    values = cells(table, "colour", read_text)
    inputs.append(scaled_flags(one_hot_inputs(values, ["\u00e9\"\u00df, \u6f22", "green", "blue", "red"]), [(0, 0, 4), (1, 0, 2), (2, 0, 2), (3, 0, 2)]))
    values = cells(table, "zone", read_number)
    inputs.append(scaled_flags(one_hot_inputs(values, [309, 205.5, 101]), [(0, 0, 1), (1, 0, 1), (2, 0, 2)]))
    values = cells(table, "street", read_text)
    inputs.append(code_inputs(values, ["street 5", "street 2", "street 1", "street 10", "street 4", "street 11", "street 6", "street 0", "street 3", "street 8", "street 7", "street 9"]))
    values = cells(table, "garden", read_truth)
    inputs.append(scaled_flags(truth_inputs(values), [(0, 0, 0.5)]))
    values = cells(table, "day", read_instant)
    inputs.append(scaled_flags(with_indicator(date_inputs(values, ["time", "month", "dayOfMonth", "dayOfWeek", "hour"], 896159820000, 1.2005054704273126e-12), values), [(9, 0, 2)]))
    values = cells(table, "side", read_text)
    inputs.append(scaled_flags(signed_inputs(values, ["left", "right"]), [(0, 1, 0.5)]))
    return torch.cat(inputs, dim=1).float()


def encode(table):
    """The inputs of the networks, a matrix [N, I] for each way in which they differ: networks know the training rows of their own folds."""
    return [encode_0(table), encode_1(table)]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList([
            nn.Sequential(
                Embeddings([(10, 13)], 8),
                Periodic([0, 2, 11], 16, 3),
                Scale(39),
                nn.Linear(39, 8),
                ParametricActivation(8, nn.Mish()),
                nn.Dropout(0.15),
                nn.Linear(8, 3),
            ),
            nn.Sequential(
                Embeddings([(10, 13)], 8),
                Periodic([0, 2, 11], 16, 3),
                Scale(39),
                nn.Linear(39, 8),
                ParametricActivation(8, nn.Mish()),
                nn.Dropout(0.15),
                nn.Linear(8, 3),
            ),
        ])

    def forward(self, inputs):
        """inputs: what encode gives, float32. Returns predictions, float64."""
        outputs = [member(inputs[at]) for member, at in zip(self.members, [0, 1])]
        responses = [restored(y, *scales) for y, scales in zip(outputs, SCALES)]
        mean = torch.stack(responses).mean(dim=0)
        return mean.sort(dim=1).values


def intervals(predicted):
    """Lower and upper bounds [N, D] of intervals around what a model predicts."""
    median = predicted[:, 1]
    lower = torch.minimum(median, predicted[:, 0] - RADII[0])
    upper = torch.maximum(median, predicted[:, -1] + RADII[0])
    return lower[:, None], upper[:, None]


def load(file=WEIGHTS):
    """A model with the weights of a file, ready to predict."""
    model = Model()
    model.load_state_dict(load_file(file), strict=True)
    return model.eval()


def save(model, file):
    """Writes the weights of the networks, as load and gradus import read them."""
    save_file(model.state_dict(), file)
