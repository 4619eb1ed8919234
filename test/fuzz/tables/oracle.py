"""What a CSV text holds, by Python's csv module and the rule for values written by hand from its documentation.

Reads requests as lines of JSON from standard input and answers each with a line: {"columns": [{"name", "type", "values"}]},
{"refused": why} where a reader has to refuse the text, or {"unsure": why} where this one cannot tell. Missing values are
null, dates milliseconds since 1970. Knows nothing of the reader that it is compared with but what its documentation says.
"""

import csv
import io
import json
import re
import sys
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product

BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
MISSING_TEXTS = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"}
MISSING_VALUES = {"na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "?"}


class Refused(Exception):
    """A reader has to refuse the text."""


class Unsure(Exception):
    """Python's csv module cannot read what the rule allows."""


# Records


def records_of(text, delimiter, comment):
    """The records of a text as lists of trimmed fields, each with whether its line is blank."""
    lines = iter(io.StringIO(text, newline=""))
    raw = []
    within = False

    def source():
        nonlocal within
        for line in lines:
            if comment is not None and not within and line.startswith(comment):
                continue
            within = True
            raw.append(line)
            yield line

    reader = csv.reader(source(), delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)
    while True:
        within = False
        raw.clear()
        try:
            fields = next(reader)
        except StopIteration:
            return
        yield [field.strip(BLANKS) for field in fields] or [""], "".join(raw).strip(BLANKS) == "" and len(fields) < 2


def without_spaces_after_quotes(text, delimiter):
    if re.search('"" +', text):
        raise Unsure("spaces after a doubled quote")
    return re.sub('" +(?=[' + re.escape(delimiter) + "\r\n]|$)", '"', text)


def table_of(text, request):
    """The names and the columns of texts."""
    if text.startswith("\ufeff"):
        text = text[1:]
    for _ in range(request["skip"]):
        line = next(iter(io.StringIO(text, newline="")), "")
        text = text[len(line):]
    first = next(iter(io.StringIO(text, newline="")), "")
    separator = re.fullmatch(r'"?sep=([^\w\r\n"])"?[ ,;\t]*[\r\n]*', first, re.I)
    if separator:
        if separator[1] != request["delimiter"]:
            raise Unsure("a column that is named as a line for spreadsheets")
        text = text[len(first):]
    delimiter = request["delimiter"]
    try:
        records = list(records_of(text, delimiter, request["comment"]))
    except csv.Error:
        text = without_spaces_after_quotes(text, delimiter)
        try:
            records = list(records_of(text, delimiter, request["comment"]))
        except csv.Error as error:
            raise Refused(str(error)) from error
    if request["header"]:
        if not records or all(field == "" for field in records[0][0]):
            raise Refused("no header")
        width = len(records[0][0])
        names = [field or f"column{at + 1}" for at, field in enumerate(records[0][0])]
        records = records[1:]
    else:
        width = next((len(fields) for fields, blank in records if not blank), 0)
        names = [f"column{at + 1}" for at in range(width)]
    if len(set(names)) < len(names):
        raise Refused("two columns of one name")
    rows = [fields for fields, blank in records if not blank or width == 1]
    if width == 0 or not rows:
        raise Refused("no rows")
    for row in rows:
        if len(row) != width and not (len(row) == width + 1 and row[width] == ""):
            raise Refused("a line of another length")
    return names, [[row[at] for row in rows] for at in range(width)]


# Numbers

SPACES = " \u00a0\u202f\u2009"
GROUPS = {None: None, ",": ",", ".": ".", " ": SPACES, "'": "'’"}
FORMS = [(point, group) for point, group in product(".,", GROUPS) if point != group]
CURRENCY = "$€£¥₹¢₩"
DIGITS = re.compile("[0-9]+")
INFINITE = re.compile("([+-]?)inf(inity)?", re.I)
NUMBER_PARTS = re.compile("([^eE]*)([eE]?)(.*)", re.S)
EXPONENT = re.compile("[+-]?[0-9]+")
FIRST_GROUP = re.compile("[1-9][0-9]{0,2}")
GROUP = re.compile("[0-9]{3}")


@lru_cache(maxsize=2**16)
def number_in(text, point, group, unit):
    """The number that a text is in a form, infinite where it is too large; None where it is none."""
    infinite = INFINITE.fullmatch(text)
    if infinite:
        return float(infinite[1] + "inf")
    if not DIGITS.search(text):
        return None
    negative = False
    rest = text
    signs = 0
    found = False
    while rest and (rest[0] in "+-−" or (unit not in (None, "%") and rest[0] == unit)):
        if rest[0] == unit:
            if found:
                return None
            found = True
            rest = rest[1:].lstrip(SPACES)
            continue
        signs += 1
        if signs > 1 + found:
            return None
        negative = negative or rest[0] in "-−"
        rest = rest[1:]
        if unit is not None and unit != "%" and not found and rest.lstrip(SPACES)[:1] == unit:
            rest = rest.lstrip(SPACES)
    if unit == "%":
        if not rest.endswith("%"):
            return None
        rest = rest[:-1].rstrip(SPACES)
    elif unit is not None and rest.endswith(unit):
        rest = rest[:-1].rstrip(SPACES)
    mantissa, mark, exponent = NUMBER_PARTS.fullmatch(rest).groups()
    if mark and not EXPONENT.fullmatch(exponent):
        return None
    whole, dot, fraction = mantissa.partition(point)
    if fraction and not DIGITS.fullmatch(fraction):
        return None
    if whole == "" and fraction == "":
        return None
    if whole and not DIGITS.fullmatch(whole):
        if group is None:
            return None
        parts = re.split("[" + re.escape(GROUPS[group]) + "]", whole)
        if not FIRST_GROUP.fullmatch(parts[0]) or not all(GROUP.fullmatch(part) for part in parts[1:]):
            return None
        whole = "".join(parts)
    value = float(f"{whole or '0'}.{fraction or '0'}e{exponent or '0'}")
    return -value if negative else value


def unit_of(texts):
    for text in texts:
        if text.endswith("%"):
            return "%"
        for sign in text:
            if sign in CURRENCY:
                return sign
    return None


def readings_of(texts, decimal):
    """The forms that most texts fit: (how many fit, [(point, group, unit, values)]); those of less than 9 in 10 say nothing."""
    best = (0, [])
    for unit in dict.fromkeys([None, unit_of(texts)]):
        for point, group in FORMS:
            if decimal not in (None, point):
                continue
            values = []
            misses = 0
            for text in texts:
                values.append(number_in(text, point, group, unit))
                misses += values[-1] is None
                if misses * 10 > len(texts):
                    break
            count = len(texts) - misses if len(values) == len(texts) else 0
            if count > best[0]:
                best = (count, [])
            if count and count == best[0]:
                best[1].append((point, group, unit, values))
    return best


# Dates


def days_from_civil(year, month, day):
    """Days since 1970-01-01 in the Gregorian calendar (H. Hinnant's formula)."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def instant(year, month, day, clock):
    lengths = [31, 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1] or clock is None:
        return None
    return days_from_civil(year, month, day) * 86_400_000 + clock


def clock_of(hour, minute, second, fraction, half, zone):
    """Milliseconds since midnight UTC; None for an hour that does not exist."""
    hour, minute, second = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    offset = 0
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = (int(digits[:2]) * 60 + int(digits[2:] or 0)) * (1 if zone[0] == "+" else -1)
    milliseconds = Fraction(int(fraction or 0), 10 ** len(fraction or "")) * 1000
    return (hour * 60 + minute - offset) * 60_000 + second * 1000 + float(milliseconds)


ZONE = "(Z|[+-][0-9]{2}:?(?:[0-9]{2})?)?"
ISO_CLOCK = "([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
ISO = re.compile(f"([0-9]{{4}}|[+-][0-9]{{6}})-([0-9]{{2}})(?:-([0-9]{{2}}))?(?:[T ]{ISO_CLOCK}{ZONE})?", re.I)
CLOCK = ISO_CLOCK.replace("{2}", "{1,2}", 1)
BEHIND = f"(?:[T ,]+{CLOCK}(?:[ \t\u00a0]*([ap])\\.?m\\.?)?{ZONE})?"
MONTHS = "january february march april may june july august september october november december".split()


TIME_OF_DAY = re.compile(ISO_CLOCK)


def iso_date(text):
    found = ISO.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        clock = 0 if hour is None else clock_of(hour, minute, second, fraction, None, zone)
        return instant(int(year), int(month), int(day or 1), clock)
    found = TIME_OF_DAY.fullmatch(text)
    return found and clock_of(*found.groups(), None, None)


def month_named(word):
    word = word.lower()
    names = [name for name in MONTHS if word in (name, name[:3]) or (name == "september" and word == "sept")]
    return MONTHS.index(names[0]) + 1 if names else None


PARTS = {"Y": "([0-9]{4})", "y": "([0-9]{2})", "M": "([0-9]{1,2})", "D": "([0-9]{1,2})(?:st|nd|rd|th)?", "N": r"([a-z]+)\.?"}


@cache
def date_pattern(order, sign):
    between = "[ \t\u00a0,.-]+" if sign == " " else re.escape(sign)
    return re.compile(between.join(PARTS[part] for part in order) + BEHIND, re.I)


@lru_cache(maxsize=2**16)
def date_in(text, order, sign):
    """order: Y or y (two digits), M or N (by name), D. sign: what stands between, " " for blanks and more."""
    found = date_pattern(order, sign).fullmatch(text)
    if not found:
        return None
    value = dict(zip(order, found.groups()))
    month = month_named(value["N"]) if "N" in value else int(value["M"])
    if month is None:
        return None
    year = int(value["Y"]) if "Y" in value else int(value["y"]) + (1900 if int(value["y"]) >= 70 else 2000)
    hour, minute, second, fraction, half, zone = found.groups()[3:]
    clock = 0 if hour is None else clock_of(hour, minute, second, fraction, half, zone)
    return instant(year, month, int(value["D"]), clock)


# Dates with points are written day first in every country that writes points.
DATE_FORMS = [
    *[[("YMD", sign)] for sign in "/.-"],
    [("DMY", "/"), ("MDY", "/")],
    [("DMY", "."), ("MDY", ".")],
    [("DMY", "-"), ("MDY", "-")],
    [("DMy", "/"), ("MDy", "/")],
    [("DNY", " ")],
    [("NDY", " ")],
    [("DNy", " ")],
]


def dates_of(texts):
    """(values, values of another reading or None); None where they are no dates."""
    for forms in DATE_FORMS:
        fitting = []
        for order, sign in forms:
            if all(date_in(text, order, sign) is not None for text in texts):
                fitting.append([date_in(text, order, sign) for text in texts])
        if fitting:
            ambiguous = len(fitting) == 2 and fitting[0] != fitting[1] and forms[0][1] != "."
            return fitting[0], fitting[1] if ambiguous else None
    return None


# Columns


class Column:
    """A column while it is being read: its type is open until the decimal sign of all columns is known."""

    def __init__(self, name, texts, role, request):
        self.name, self.texts, self.role = name, texts, role
        missing = request["missing"]
        self.only = isinstance(missing, dict)
        self.words = [word.strip(BLANKS) for word in (missing["only"] if self.only else missing or [])]
        self.decimal = request["decimal"]
        self.readings = None
        self.type, self.values = "text", None
        self.decide()

    def is_missing(self, text, as_value):
        if text == "" or text in self.words:
            return True
        return not self.only and (text in MISSING_TEXTS or (as_value and text.lower() in MISSING_VALUES))

    def present(self):
        return [text for text in self.texts if not self.is_missing(text, True)]

    def fill(self, kind, values):
        """Puts the values of the present texts in their rows."""
        self.type = kind
        given = iter(values)
        self.values = [None if self.is_missing(text, kind != "text") else next(given) for text in self.texts]

    def as_text(self):
        self.fill("text", [text for text in self.texts if not self.is_missing(text, False)])

    def decide(self):
        texts = self.present()
        role = self.role
        if role == "category" or (role is None and not texts):
            return self.as_text()
        if role == "boolean" or (role is None and all(text.lower() in ("true", "false") for text in texts)):
            return self.fill("boolean", [self.truth(text) for text in texts])
        if role in (None, "date") and all(iso_date(text) is not None for text in texts):
            return self.fill("date", [iso_date(text) for text in texts])
        if role == "date":
            found = dates_of(texts)
            if found is None or found[1] is not None:
                raise Refused("no dates, or dates of two readings")
            return self.fill("date", found[0])
        count, readings = readings_of(texts, self.decimal)
        all_fit = count == len(texts)
        if role == "number":
            if not texts:
                return self.fill("number", [])
            if not all_fit:
                raise Refused("no numbers")
            self.readings = readings
            return None
        if all_fit or (count >= 10 and count * 10 >= 9 * len(texts)):
            fitting = [text for text, value in zip(texts, readings[0][3]) if value is not None]
            if all(re.fullmatch("[+-]?[0-9]+", text) for text in fitting):
                if any(re.fullmatch("[+-]?0[0-9]+", text) or abs(int(text)) >= 2**53 for text in fitting):
                    return self.as_text()
            if not all_fit:
                raise Refused("nearly all are numbers")
            self.readings = readings
            return None
        found = dates_of(texts)
        if found is None or found[1] is not None:
            return self.as_text()
        return self.fill("date", found[0])

    def truth(self, text):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        value = number_in(text, ".", None, None)
        if value not in (0, 1):
            raise Refused("no truth value")
        return value == 1

    def choices(self):
        """The readings that differ, by decimal sign; one where a plain reading fits."""
        plain = [reading for reading in self.readings if reading[:3] == (".", None, None)]
        if plain:
            return {".": plain[0]}
        different = {}
        for reading in self.readings:
            if all(reading[3] != other[3] for other in different.values()):
                different.setdefault(reading[0], reading)
        return different

    def shown_point(self):
        """The decimal sign that the column surely has: that of all readings, where a text shows one."""
        points = {reading[0] for reading in self.readings}
        return points.pop() if len(points) == 1 and any(re.search("[.,]", text) for text in self.present()) else None

    def settle(self, point):
        """Numbers by the decimal sign that is known: "." or ",", "both" or None."""
        choices = self.choices()
        if len(choices) > 1:
            if point not in choices:
                raise Refused("two readings")
            reading = choices[point]
        else:
            (reading,) = choices.values()
            texts = self.present()
            if point == "," and reading[:2] == (".", None):
                marked = [text for text in texts if re.search("[^0-9+-]", text)]
                if any("." in text for text in marked):
                    if all(number_in(text, ",", ".", reading[2]) is not None for text in marked):
                        raise Refused("a point that may be a decimal point or between thousands")
        if any(abs(value) == float("inf") for value in reading[3]):
            raise Refused("an infinite number")
        codes = [float(word) for word in self.words if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?", word)]
        values = [None if value in codes else value for value in reading[3]]
        if self.role is None and not any(value is not None for value in values):
            self.type, self.values = "text", [None] * len(self.texts)
        else:
            self.fill("number", values)


def answer(request):
    names, texts = table_of(request["text"], request)
    roles = dict(request["types"])
    columns = [Column(name, cells, roles.get(name), request) for name, cells in zip(names, texts) if roles.get(name) != "skip"]
    numbers = [column for column in columns if column.readings is not None]
    points = {column.shown_point() for column in numbers} - {None}
    guess = "." if request["delimiter"] == "," and request["isFile"] else None
    point = request["decimal"] or ("both" if len(points) == 2 else next(iter(points), guess))
    for column in numbers:
        column.settle(point)
    return {"columns": [{"name": column.name, "type": column.type, "values": column.values} for column in columns]}


def main():
    for line in sys.stdin:
        try:
            result = answer(json.loads(line))
        except Refused as refused:
            result = {"refused": str(refused)}
        except Unsure as unsure:
            result = {"unsure": str(unsure)}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    csv.field_size_limit(2**30)
    # Since 3.11, whole numbers of more than 4,300 digits are refused without this.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    main()
