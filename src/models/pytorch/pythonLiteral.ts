/** Values as Python: literals that hold nothing but ASCII, so that no text of a table can end what it stands in. */

export type PythonValue = number | boolean | string | null | readonly PythonValue[];

/** @returns what evaluates to the value */
export function pythonLiteral(value: PythonValue): string {
  if (typeof value === "string") return pythonText(value);
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : `[${value.map(pythonLiteral).join(", ")}]`;
}

/** A text as a literal: everything but printable ASCII escaped, by code points. */
function pythonText(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    if (character >= " " && character <= "~") return character;
    const hexadecimal = (character.codePointAt(0) as number).toString(16);
    return hexadecimal.length > 4 ? `\\U${hexadecimal.padStart(8, "0")}` : `\\u${hexadecimal.padStart(4, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** An integer where Python's is the same number for PyTorch too, which has 64 bits for them. @param value finite; -0 is not 0 */
function pythonNumber(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return Number.isSafeInteger(value) || /[.e]/.test(text) ? text : `${text}.0`;
}
