/**
 * What a file seems to be, by its first bytes: for messages to someone who gave the wrong one.
 */

/** Magic numbers: the bytes a kind of file begins with, as Latin-1 text. */
const kinds: readonly (readonly [magic: string, kind: string])[] = [
  ["PK\x03\x04", "a ZIP archive, such as an Excel workbook or a PyTorch or Keras model"],
  ["PAR1", "a Parquet table"],
  ["\x1f\x8b", "a gzip-compressed file"],
  ["\x89HDF", "an HDF5 file"],
  ["GGUF", "a GGUF model"],
  ["SQLite format 3", "an SQLite database"],
  ["%PDF", "a PDF document"],
  ["\x89PNG", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["\x7fELF", "a program"],
  ["\0asm", "a WebAssembly module"],
  ["\x93NUMPY", "a NumPy array"],
  // Protocols 2 to 5, each with the opcode that mostly comes first: 0x80 alone may be a length.
  ["\x80\x02}", "a Python pickle"],
  ["\x80\x03c", "a Python pickle"],
  ["\x80\x04\x95", "a Python pickle"],
  ["\x80\x05\x95", "a Python pickle"],
];

/** Enough to see a table's header line. */
const BEGINNING = 40;

/** "a Parquet table", "text that begins …", or undefined for bytes that show no kind. */
export function fileKind(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "an empty file";
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const known = kinds.find(([magic]) => start.startsWith(magic));
  return known === undefined ? textKind(bytes) : known[1];
}

function textKind(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    // Streaming lets the cut fall within a character.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, 4 * BEGINNING), { stream: true });
  } catch {
    return undefined;
  }
  // Text has line ends and tabs and no other control characters.
  if ([...text].some((character) => character < " " && !"\t\n\r".includes(character))) return undefined;
  const begin = text.trimStart();
  const kind = begin.startsWith("{") || begin.startsWith("[") ? "JSON text" : "text";
  const shown = begin.split(/[\r\n]/, 1)[0].slice(0, BEGINNING);
  return shown === "" ? kind : `${kind} that begins ${JSON.stringify(shown)}`;
}

/** Whether bytes begin as ONNX files do: the version of the format in field 1, then a text, the program that made it, in field 2. */
export function isOnnx(bytes: Uint8Array): boolean {
  return bytes[0] === 0x08 && bytes[1] > 0 && bytes[1] < 0x80 && bytes[2] === 0x12;
}
