/** The body of a request as JSON, of a limited size. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { jsonSize } from "../data/text/jsonSize.ts";
import { repeatedName } from "../data/text/repeatedName.ts";
import { shown } from "../errors.ts";
import { RequestError } from "./requestError.ts";

/**
 * @throws {RequestError} another content type, which a page of another site could send without being asked; another character set than
 * UTF-8; a compressed body
 */
export function requireJson(headers: IncomingHttpHeaders): void {
  const { "content-type": contentType, "content-encoding": encoding = "identity" } = headers;
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  const found = contentType === undefined ? "none" : shown(contentType);
  if (type !== "application/json") {
    throw new RequestError("wrong-content-type", `Expected the header content-type: application/json, found ${found}.`);
  }
  const [, charset = "utf-8"] = parameters.map((each) => /^charset="?([^"]*)"?$/.exec(each)).find(Boolean) ?? [];
  if (charset !== "utf-8" && charset !== "utf8") {
    throw new RequestError("wrong-content-type", `Expected a body in UTF-8, found ${found}. JSON is written in UTF-8.`);
  }
  if (encoding.trim().toLowerCase() === "identity") return;
  const message = `Expected a body that is not compressed, found the header content-encoding: ${shown(encoding)}. Leave out the compression.`;
  throw new RequestError("wrong-content-encoding", message);
}

/**
 * The value of a body.
 *
 * @param maxValues of its lists and objects: what is parsed is bounded by it, not by the bytes, and so is for how long others wait
 * @throws {RequestError} no JSON in UTF-8, too many values, an object that has a name twice
 */
export function jsonOf(bytes: Uint8Array, maxValues: number): unknown {
  const text = textOf(bytes);
  const { values } = jsonSize(text);
  if (values > maxValues) {
    const message = `Expected a body of at most ${maxValues} values, found ${values}. Send fewer rows at a time, or fewer columns that the model does not use.`;
    throw new RequestError("body-too-large", message);
  }
  const value = parsed(text);
  const repeated = repeatedName(text, value);
  if (repeated === undefined) return value;
  const { name, item: row } = repeated;
  const where = row === undefined ? "The row" : `Row ${row}`;
  const message = `${where} has ${shown(name)} twice. Remove one of them.`;
  throw new RequestError("invalid-row", message, { columns: [name], ...(row && { row }) });
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw noJson(error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw noJson(error);
  }
}

function noJson(error: unknown): RequestError {
  const cause = error instanceof Error ? error.message : String(error);
  return new RequestError("not-json", `Expected a row as a JSON object, or a list of rows: ${cause}.`);
}

/** @throws {RequestError} a body that is too large; a client that is too slow, or that left */
export async function bodyBytes(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): RequestError =>
    new RequestError("body-too-large", `Expected a body of at most ${maxBytes} bytes. Send fewer rows at a time.`);
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof RequestError ? error : clientLeft(incoming);
  }
  return Buffer.concat(chunks);
}

/** Why a connection is closed under a request: a refusal of ours, else the client left. */
export function clientLeft({ socket }: IncomingMessage): RequestError {
  return socket.errored instanceof RequestError
    ? socket.errored
    : new RequestError("client-left", "The client closed the connection before its response.");
}
