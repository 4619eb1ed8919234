/** A column of an encoder as a Python expression: the inputs that its values become. */
import { inputsOf } from "../../data/encoder.ts";
import { type CategoryEncoding, type ColumnEncoding, readingOf } from "../../data/encoding.ts";
import { missingNumbers, missingTexts } from "../../data/missingWords.ts";
import type { ColumnType } from "../../data/table.ts";
import type { ColumnPart } from "./parts/columns.ts";
import { type PythonValue, pythonLiteral } from "./pythonLiteral.ts";

const readers: Readonly<Record<ColumnType, ColumnPart>> = {
  number: "read_number",
  boolean: "read_truth",
  text: "read_text",
  date: "read_instant",
};

/** Two statements: the column's values, and what is appended to `inputs`. */
export function columnCode(encoding: ColumnEncoding): string[] {
  const reading = readingOf(encoding);
  const ownWords = reading.missing || reading.missingOnly;
  const missing = ownWords ? [pythonLiteral([...missingTexts(reading), ...missingNumbers(reading)])] : [];
  const values = call("cells", "table", pythonLiteral(encoding.name), readers[reading.type], ...missing);
  return [`values = ${values}`, `inputs.append(${inputsCode(encoding)})`];
}

function inputsCode(encoding: ColumnEncoding): string {
  const raw = rawInputsCode(encoding);
  const hasIndicator = "missingIndicator" in encoding && encoding.missingIndicator;
  const code = hasIndicator ? call("with_indicator", raw, "values") : raw;
  const { flagScales = [] } = encoding;
  const places = inputsOf(encoding).flatMap(({ kind }, place) => (kind === "flag" ? [place] : []));
  const scales = flagScales.map(({ median, scale }, at) => `(${places[at]}, ${pythonLiteral(median)}, ${scale})`);
  return scales.length === 0 ? code : call("scaled_flags", code, `[${scales.join(", ")}]`);
}

function rawInputsCode(encoding: ColumnEncoding): string {
  switch (encoding.kind) {
    case "number": {
      const { median, scale, clip } = encoding;
      const options = clip === false ? ["clip=False"] : [];
      return call("number_inputs", "values", pythonLiteral(median), pythonLiteral(scale), ...options);
    }
    case "boolean":
      return call("truth_inputs", "values");
    case "category": {
      const { form } = encoding;
      const part = form === "code" ? "code_inputs" : form === "signed" ? "signed_inputs" : "one_hot_inputs";
      return call(part, "values", pythonLiteral(categoryValues(encoding)));
    }
    case "date": {
      const { parts, median, scale } = encoding;
      return call("date_inputs", "values", ...[parts, median, scale].map(pythonLiteral));
    }
    default:
      return encoding satisfies never;
  }
}

/** Categories as values of their column's type. */
function categoryValues(encoding: CategoryEncoding): PythonValue[] {
  const { categories } = encoding;
  const { type } = readingOf(encoding);
  switch (type) {
    case "text":
      return [...categories];
    case "number":
      return categories.map(Number);
    case "boolean":
      return categories.map((category) => category === "true");
    case "date":
      return categories.map(Date.parse);
    default:
      return type satisfies never;
  }
}

function call(part: ColumnPart, ...values: readonly string[]): string {
  return `${part}(${values.join(", ")})`;
}
