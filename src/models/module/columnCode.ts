/** The columns of an encoder as code of a module: how cells are read, and which inputs they become. */

import { datePatterns } from "../../data/dateForms.ts";
import { inputsOf } from "../../data/encoder.ts";
import { type CategoryEncoding, type ColumnEncoding, readingOf } from "../../data/encoding.ts";
import { typesOfCategories } from "../../data/encodings/category.ts";
import { missingNumbers } from "../../data/missingWords.ts";
import { numberPattern } from "../../data/numberForms.ts";
import { formOf } from "../../data/readingNotes.ts";
import { type Reading, shown } from "../../data/table.ts";
import { type LiteralObject, literal, patternLiteral } from "./literal.ts";

/** A column as an object: its name, what reads its cells, what its inputs are. */
export function columnCode(encoding: ColumnEncoding): string {
  const fields = [
    `name: ${literal(encoding.name)}`,
    `cells: ${cellsCode(encoding)}`,
    `inputs: ${inputsCode(encoding)}`,
  ];
  return `{ ${fields.join(", ")} }`;
}

function cellsCode(encoding: ColumnEncoding): string {
  const reading = readingOf(encoding);
  if (encoding.kind !== "category") return readerCode(reading);
  if (reading.type === "text") return `textCells(${literal({ ...wordsOf(reading), ...expectedOf(encoding) })})`;
  return `${reading.type === "date" ? "datesAsTexts" : "textsOf"}(${readerCode(reading)})`;
}

function expectedOf(encoding: CategoryEncoding): LiteralObject {
  const types = typesOfCategories(encoding).filter((type) => type !== "text");
  return { types: types.length === 0 ? undefined : types, like: shown(encoding.categories[0]) };
}

function readerCode(reading: Reading): string {
  const form = formOf(reading);
  const settings = { ...wordsOf(reading), written: form && `, written ${form},` };
  switch (reading.type) {
    case "number": {
      const { decimal = ".", thousands = "", unit } = reading;
      const { pattern, separator } = numberPattern(reading);
      const codes = [
        `pattern: ${patternLiteral(pattern)}`,
        ...(separator === undefined ? [] : [`separator: ${patternLiteral(separator)}`]),
        `like: ${literal(`1${thousands}234${decimal}5${unit === "%" ? "%" : ""}`)}`,
      ];
      return callCode("numberCells", codes, { ...settings, percent: unit === "%" || undefined });
    }
    case "boolean":
      return callCode("booleanCells", [], settings);
    case "date":
      return callCode(
        "dateCells",
        [`patterns: [${datePatterns(reading.form).map(patternLiteral).join(", ")}]`],
        settings,
      );
    case "text":
      throw new RangeError("A column of texts has no values of another type.");
    default:
      return reading.type satisfies never;
  }
}

function callCode(name: string, codes: readonly string[], settings: LiteralObject): string {
  const fields = Object.entries(settings).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field}: ${literal(value)}`],
  );
  const all = [...codes, ...fields];
  return `${name}(${all.length === 0 ? "{}" : `{ ${all.join(", ")} }`})`;
}

/** The words and numbers that mean a missing value. */
function wordsOf(reading: Reading): LiteralObject {
  const { missing = [], missingOnly } = reading;
  const codes = missingNumbers(reading);
  return {
    missing: missing.length === 0 ? undefined : missing,
    only: missingOnly,
    codes: codes.length === 0 ? undefined : codes,
  };
}

function inputsCode(encoding: ColumnEncoding): string {
  const raw = rawInputsCode(encoding);
  const code = "missingIndicator" in encoding && encoding.missingIndicator ? `withIndicator(${raw})` : raw;
  const { flagScales } = encoding;
  if (flagScales === undefined) return code;
  const places = inputsOf(encoding).flatMap(({ kind }, place) => (kind === "flag" ? [place] : []));
  const scales = places.map((place, at) => [place, flagScales[at].median, flagScales[at].scale]);
  return scales.length === 0 ? code : `scaledFlags(${code}, ${literal(scales)})`;
}

function rawInputsCode(encoding: ColumnEncoding): string {
  switch (encoding.kind) {
    case "number": {
      const { median, scale, clip } = encoding;
      return `${clip === false ? "plainlyScaled" : "scaledNumber"}(${literal(median)}, ${literal(scale)})`;
    }
    case "boolean":
      return "truth";
    case "category": {
      const { form, categories } = encoding;
      return `${form === "code" ? "categoryCodes" : form === "signed" ? "signed" : "oneHot"}(${literal(categories)})`;
    }
    case "date": {
      const { parts, median, scale } = encoding;
      return `instant(${literal(parts)}, ${literal(median)}, ${literal(scale)})`;
    }
    default:
      return encoding satisfies never;
  }
}
