/**
 * Python: a table's columns as the inputs of a network, by the rules of src/data/encodings/. Numbers are float64 until they are inputs.
 *
 * Values are Python's own: no text is read as a number, a truth value or a date.
 */
import { missingTexts } from "../../../data/missingWords.ts";
import { pythonLiteral } from "../pythonLiteral.ts";

export const columnParts = {
  MISSING: `
# The texts that mean a missing value.
MISSING = ${pythonLiteral(missingTexts({}))}`,

  SPACES: String.raw`
# What is cut off both ends of a text.
SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"`,

  EPOCH: `
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)`,

  require_columns: `
def require_columns(table, names):
    absent = [name for name in names if name not in table]
    if absent:
        raise ValueError(f"expected a table with the columns that the model was trained with, found one without {absent}")`,

  cells: `
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
    return values`,

  read_number: `
def read_number(value):
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError("a finite number")`,

  read_truth: `
def read_truth(value):
    if isinstance(value, (bool, Real)) or type(value).__name__.startswith("bool"):
        if value == 0 or value == 1:
            return bool(value)
    raise ValueError("True or False")`,

  read_text: `
def read_text(value):
    if isinstance(value, str):
        return value
    raise ValueError("a text")`,

  read_instant: `
def read_instant(value):
    """Milliseconds since 1970; a time without a zone counts as one in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, datetime):
        return ((value if value.tzinfo else value.replace(tzinfo=timezone.utc)) - EPOCH) // timedelta(milliseconds=1)
    raise ValueError("a date or datetime")`,

  scaled: `
def scaled(x, median, scale):
    """z / sqrt(1 + (z/3)^2), z = (x - median) scale: nearly z around the median, and never beyond 3 and -3."""
    z = (x - median) * scale
    return torch.where(z.abs() > 1e100, 3 * z.sign(), z / torch.sqrt(1 + (z / 3) ** 2))`,

  number_inputs: `
def number_inputs(values, median, scale, clip=True):
    """A number, scaled; the median where it is missing."""
    x = torch.tensor([median if value is None else value for value in values], dtype=torch.float64)[:, None]
    return scaled(x, median, scale) if clip else (x - median) * scale`,

  truth_inputs: `
def truth_inputs(values):
    """True 1, False -1, missing 0."""
    return torch.tensor([0 if value is None else 1 if value else -1 for value in values], dtype=torch.float64)[:, None]`,

  one_hot_inputs: `
def one_hot_inputs(values, categories):
    """An input for each category, 1 where it is the row's; all are 0 for one that training didn't have."""
    places = {category: place for place, category in enumerate(categories)}
    inputs = torch.zeros(len(values), len(categories), dtype=torch.float64)
    for row, value in enumerate(values):
        if value in places:
            inputs[row, places[value]] = 1
    return inputs`,

  signed_inputs: `
def signed_inputs(values, categories):
    """1 for the first category, -1 for the second, 0 for any other value."""
    signs = dict(zip(categories, (1, -1)))
    return torch.tensor([signs.get(value, 0) for value in values], dtype=torch.float64)[:, None]`,

  code_inputs: `
def code_inputs(values, categories):
    """1 for the first category, 2 for the second and so on, 0 for any other value."""
    codes = {category: 1 + place for place, category in enumerate(categories)}
    return torch.tensor([codes.get(value, 0) for value in values], dtype=torch.float64)[:, None]`,

  date_inputs: `
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
    return torch.cat(inputs, dim=1)`,

  with_indicator: `
def with_indicator(inputs, values):
    """One more input, which is 1 where the value is missing."""
    missing = torch.tensor([1 if value is None else 0 for value in values], dtype=torch.float64)
    return torch.cat([inputs, missing[:, None]], dim=1)`,

  scaled_flags: `
def scaled_flags(inputs, scales):
    """Scales some inputs. scales: of each its place, its median and its scale."""
    for place, median, scale in scales:
        inputs[:, place] = scaled(inputs[:, place], median, scale)
    return inputs`,
} as const satisfies Readonly<Record<string, string>>;

export type ColumnPart = keyof typeof columnParts;
