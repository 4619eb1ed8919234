/** The body of a request as JSON, of a limited size. */
import type { IncomingMessage } from "node:http";
import { repeatedName } from "../data/text/repeatedName.ts";
import { RequestError } from "./requestError.ts";

/** @throws {RequestError} another content type, which a page of another site could send without being asked */
export function requireJson(contentType: string | undefined): void {
  const [type = ""] = (contentType ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") return;
  const found = contentType === undefined ? "none" : JSON.stringify(contentType);
  throw new RequestError("wrong-content-type", `Expected the header content-type: application/json, found ${found}.`);
}

/** @throws {RequestError} a body that is too large, or no JSON in UTF-8; an object that has a name twice */
export async function jsonBody(incoming: IncomingMessage, maxBytes: number): Promise<unknown> {
  const { text, value } = parsed(await bodyBytes(incoming, maxBytes));
  const repeated = repeatedName(text, value);
  if (repeated === undefined) return value;
  const { name, item: row } = repeated;
  const where = row === undefined ? "The row" : `Row ${row}`;
  const message = `${where} has ${JSON.stringify(name)} twice. Remove one of them.`;
  throw new RequestError("invalid-row", message, { columns: [name], ...(row && { row }) });
}

function parsed(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new RequestError("not-json", `Expected a row as a JSON object, or a list of rows: ${cause}.`);
  }
}

async function bodyBytes(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): RequestError =>
    new RequestError("body-too-large", `Expected a body of at most ${maxBytes} bytes. Send fewer rows at a time.`);
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
