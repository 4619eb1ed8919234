/**
 * An encoder as nodes: the columns of a table, each an input [N, 1] of its own, to the matrix [N, I] that a network takes.
 *
 * The same arithmetic as `data/encodings/` in the same order, in float64 until a number is an input of the network. Numbers, dates and
 * truth values are float64, NaN where missing; categories are texts. Knows no network.
 */
import { inputsOf } from "../../../data/encoder.ts";
import {
  type BooleanEncoding,
  type CategoryEncoding,
  type ColumnEncoding,
  type Encoder,
  type NumberEncoding,
  readingOf,
} from "../../../data/encoding.ts";
import { missingNumbers, missingTexts } from "../../../data/missingWords.ts";
import { type RobustScale, scaled } from "../../../data/scaling.ts";
import { type ElementType, float, floats, int, ML_DOMAIN, strings } from "../graph.ts";
import { type Arithmetic, arithmetic, cast } from "./arithmetic.ts";
import { dateParts } from "./dateNodes.ts";
import type { GraphBuilder } from "./graphBuilder.ts";

/** The type of a column's input. */
export function columnType(encoding: ColumnEncoding): ElementType {
  return encoding.kind === "category" && readingOf(encoding).type === "text" ? "string" : "double";
}

/** What a column's input takes, for the description in the file. */
export function columnDescription(encoding: ColumnEncoding): string {
  const { type, unit } = readingOf(encoding);
  switch (type) {
    case "text":
      // ONNX has no operator that trims.
      return 'A text without spaces around it; "" where the value is missing.';
    case "number":
      return `A number${unit === undefined ? "" : `, in ${unit}`}; NaN where it is missing.`;
    case "boolean":
      return "1 for true, 0 for false; NaN where the value is missing.";
    case "date":
      return "Milliseconds since 1970-01-01T00:00Z; NaN where the date is missing.";
    default:
      return type satisfies never;
  }
}

/** @param inputs the name of each column's input. @returns the matrix, [N, I] float32 */
export function encoderNodes(builder: GraphBuilder, encoder: Encoder, inputs: ReadonlyMap<string, string>): string {
  const parts = encoder.columns.flatMap((encoding) =>
    builder.within(encoding.name, () => columnNodes(builder, encoding, inputs.get(encoding.name) as string)),
  );
  return parts.length === 1 ? parts[0] : builder.node("Concat", parts, { axis: int(1) });
}

/** @returns the column's inputs of the network, in their order, each [N, some] float32 */
function columnNodes(builder: GraphBuilder, encoding: ColumnEncoding, input: string): string[] {
  const number = arithmetic(builder);
  switch (encoding.kind) {
    case "number":
      return numberNodes(number, encoding, present(number, encoding, input));
    case "boolean":
      return [booleanNodes(number, encoding, present(number, encoding, input))];
    case "category":
      return [categoryNodes(number, encoding, input)];
    case "date": {
      const missing = number.apply("IsNaN", input);
      const { parts } = encoding;
      const time = number.choose(missing, encoding.median, input);
      const columns = parts.flatMap((part) =>
        part === "time"
          ? [scaledNodes(number, time, encoding)]
          : dateParts(number, time, part).map((wave) => number.choose(missing, 0, wave)),
      );
      return [...columns.map((each) => cast(builder, each, "float")), ...indicator(builder, encoding, missing)];
    }
    default:
      return encoding satisfies never;
  }
}

/** The numbers with NaN also where one stands for a missing value. */
function present({ equal, choose }: Arithmetic, encoding: ColumnEncoding, input: string): string {
  return missingNumbers(readingOf(encoding)).reduce(
    (value, code) => choose(equal(value, code), Number.NaN, value),
    input,
  );
}

function numberNodes(number: Arithmetic, encoding: NumberEncoding, value: string): string[] {
  const { builder } = number;
  const missing = number.apply("IsNaN", value);
  const known = number.choose(missing, encoding.median, value); // the median's place is 0
  const z = encoding.clip === false ? scaledOnly(number, known, encoding) : scaledNodes(number, known, encoding);
  return [cast(builder, z, "float"), ...indicator(builder, encoding, missing)];
}

/** z = (x − median) · scale. */
function scaledOnly({ subtract, multiply }: Arithmetic, value: string, { median, scale }: RobustScale): string {
  return multiply(subtract(value, median), scale);
}

/** z / √(1 + (z/3)²): at 1e100 it is 3, and the square is still finite. */
function scaledNodes(number: Arithmetic, value: string, scale: RobustScale): string {
  const { add, divide, multiply, root, least, greatest } = number;
  const z = greatest(least(scaledOnly(number, value, scale), 1e100), -1e100);
  const third = divide(z, 3);
  return divide(z, root(add(1, multiply(third, third))));
}

/** What a flag of 0, +1 or −1 is as an input of the network. @param at its place among the column's flags */
function flag({ flagScales }: ColumnEncoding, at: number, raw: number): number {
  return flagScales === undefined ? raw : scaled(raw, flagScales[at]);
}

/** The input that says whether a value is missing, where there is one. */
function indicator(builder: GraphBuilder, encoding: ColumnEncoding, missing: string): string[] {
  if (!("missingIndicator" in encoding) || !encoding.missingIndicator) return [];
  return [arithmetic(builder, "float").choose(missing, flag(encoding, 0, 1), flag(encoding, 0, 0))];
}

function booleanNodes({ builder, equal }: Arithmetic, encoding: BooleanEncoding, value: string): string {
  const { choose } = arithmetic(builder, "float");
  const [zero, yes, no] = [0, 1, -1].map((raw) => flag(encoding, 0, raw));
  return choose(equal(value, 1), yes, choose(equal(value, 0), no, zero));
}

function categoryNodes(number: Arithmetic, encoding: CategoryEncoding, input: string): string {
  const { builder } = number;
  const { form } = encoding;
  const code =
    columnType(encoding) === "string" ? textCodes(builder, encoding, input) : numberCodes(number, encoding, input);
  if (form === "code") return code;
  const { choose, equal } = arithmetic(builder, "float");
  if (form === "signed") {
    const [zero, first, second] = [0, 1, -1].map((raw) => flag(encoding, 0, raw));
    return choose(equal(code, 1), first, choose(equal(code, 2), second, zero));
  }
  const width = inputsOf(encoding).length;
  const row = (name: string, of: (at: number) => number): string =>
    builder.constant(
      name,
      "float",
      [1, width],
      Float32Array.from({ length: width }, (_, at) => of(at)),
    );
  const is = equal(
    code,
    row("codes", (at) => at + 1),
  );
  return choose(
    is,
    row("on", (at) => flag(encoding, at, 1)),
    row("off", (at) => flag(encoding, at, 0)),
  );
}

/** The code of a missing value: one after the categories' where it has an input of its own, else that of an unknown one. */
function missingCode({ categories, missingIndicator }: CategoryEncoding): number {
  return missingIndicator ? categories.length + 1 : 0;
}

/** 1 for the first category and so on, 0 for an unknown one, [N, 1] float32. */
function textCodes(builder: GraphBuilder, encoding: CategoryEncoding, input: string): string {
  const { categories } = encoding;
  const known = new Set(categories);
  const missing = [...new Set(missingTexts(readingOf(encoding)))].filter((text) => !known.has(text));
  const codes = [...categories.map((_, at) => at + 1), ...missing.map(() => missingCode(encoding))];
  const attributes = {
    keys_strings: strings([...categories, ...missing]),
    values_floats: floats(codes),
    default_float: float(0),
  };
  return builder.node("LabelEncoder", [input], attributes, { domain: ML_DOMAIN });
}

/** The same of categories that are numbers, truth values or dates. */
function numberCodes(number: Arithmetic, encoding: CategoryEncoding, input: string): string {
  const { builder, apply, equal } = number;
  const { categories } = encoding;
  const { type } = readingOf(encoding);
  const value = type === "date" ? input : present(number, encoding, input);
  const numberOf = (category: string): number =>
    type === "date" ? Date.parse(category) : type === "boolean" ? Number(category === "true") : Number(category);
  const row = builder.constant("categories", "double", [1, categories.length], categories.map(numberOf));
  const is = cast(builder, equal(value, row), "float");
  const places = categories.map((_, at) => at + 1);
  const code = builder.node("MatMul", [is, builder.constant("codes", "float", [categories.length, 1], places)]);
  const missing = missingCode(encoding);
  return missing === 0 ? code : arithmetic(builder, "float").choose(apply("IsNaN", value), missing, code);
}
