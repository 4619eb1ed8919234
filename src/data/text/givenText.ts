/**
 * What a program may hold a text in, as one kind of pieces: a string, bytes, or parts of either as they come.
 *
 * Works in any runtime. Knows nothing of what the text means.
 */
import { DataError, DescriptionError, RunFailedError, shown } from "../../errors.ts";
import { type AbortSignalLike, kind } from "../../kinds.ts";
import { pause } from "../../pause.ts";
import { optionName } from "../remedies.ts";
import { cannotRead } from "./cannotRead.ts";
import { checkedText, decodedText, inPieces, joined, PIECE } from "./decodedText.ts";
import { followed } from "./feed.ts";
import { gunzipped, isGzip } from "./gunzip.ts";
import { limited, MOST_UNSEEN_BYTES } from "./sizeLimit.ts";

/** Part of a text: characters, or bytes of them. */
export type TextPart = string | Uint8Array;

/** What gradus needs of a ReadableStream: the runtime's own fits, whose type is that of a DOM or of Node. */
export interface TextStreamLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: TextPart | undefined }>;
    cancel(): Promise<unknown>;
  };
}

/** A text as a program has it; bytes may be gzipped. */
export type TextSource = TextPart | Iterable<TextPart> | AsyncIterable<TextPart> | TextStreamLike;

export const textSourceKind = kind(
  "text, a Uint8Array, or a stream or list of these, such as response.body or file.stream()",
  (value) =>
    typeof value === "string" ||
    (typeof value === "object" &&
      value !== null &&
      (value instanceof Uint8Array ||
        (!ArrayBuffer.isView(value) &&
          ("getReader" in value || Symbol.asyncIterator in value || Symbol.iterator in value)))),
);

export interface GivenTextOptions {
  /** undefined where the user has not said: UTF-8. */
  readonly encoding: string | undefined;
  /** As in `ReadOptions`. */
  readonly maxBytes: number | undefined;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * A text in pieces of about a megabyte, none of them empty, with a pause after each.
 *
 * @param name what messages call it
 * @throws {DataError} as `decodedText`; damaged gzip, or too much
 * @throws {DescriptionError} parts that are neither strings nor bytes, or both; an option for bytes where strings are given
 * @throws {RunFailedError} reading was aborted
 */
export async function* givenText(name: string, given: TextSource, options: GivenTextOptions): AsyncGenerator<string> {
  const parts = untilAborted(name, partsOf(name, given), options.signal);
  try {
    const first = await parts.next();
    const all = first.done === true ? parts : followed(first.value, parts);
    const isText = first.done !== true && typeof first.value === "string";
    const pieces = isText
      ? checkedText(name, textPieces(ofKind(all, isString), options))
      : decodedText(name, bytePieces(name, given, ofKind(all, isBytes), options), options.encoding ?? "utf-8");
    for await (const piece of pieces) {
      yield piece;
      await pause();
      if (options.signal?.aborted) throw abortedError(name, options.signal);
    }
  } finally {
    // Not waited for: a source that is slow to answer is not needed any more.
    parts.return(undefined).catch(() => {});
  }
}

const isString = (part: unknown): part is string => typeof part === "string";
const isBytes = (part: unknown): part is Uint8Array => part instanceof Uint8Array;

async function* ofKind<T extends TextPart>(
  parts: AsyncIterable<unknown>,
  isOne: (part: unknown) => part is T,
): AsyncGenerator<T> {
  for await (const part of parts) {
    if (isOne(part)) {
      if (part.length > 0) yield part;
      continue;
    }
    const others = isString(part) || isBytes(part);
    throw new DescriptionError(
      `Expected every part of the text to be ${others ? "of one kind, strings or bytes, found both" : `a string or a Uint8Array, found ${shown(part)}`}.`,
    );
  }
}

/** Strings in pieces, without a byte order mark. @throws {DescriptionError} an option for bytes */
async function* textPieces(
  parts: AsyncIterable<string>,
  { encoding, maxBytes }: GivenTextOptions,
): AsyncGenerator<string> {
  for (const [option, value] of Object.entries({ encoding, maxBytes })) {
    if (value === undefined) continue;
    throw new DescriptionError(`${optionName(option, "Option")} is for bytes, but the text is a string. Leave it out.`);
  }
  let text = "";
  let first = true;
  for await (const part of parts) {
    text += first && part.startsWith("\ufeff") ? part.slice(1) : part;
    first = false;
    let from = 0;
    for (; text.length - from >= PIECE; from += PIECE) yield text.slice(from, from + PIECE);
    text = text.slice(from);
  }
  if (text !== "") yield text;
}

/** Bytes in pieces, unpacked. */
async function* bytePieces(
  name: string,
  given: TextSource,
  parts: AsyncIterable<Uint8Array>,
  { maxBytes }: GivenTextOptions,
): AsyncGenerator<Uint8Array> {
  const chunks = parts[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array(0);
  while (isGzip(start) === undefined) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = isGzip(next.value) !== undefined && start.length === 0 ? next.value : joined([start, next.value]);
  }
  const all = followed(start, chunks);
  const packed = isGzip(start) === true;
  const isSeen = given instanceof Uint8Array && !packed;
  const bytes = packed ? gunzipped(name, all) : all;
  yield* inPieces(limited(name, bytes, maxBytes ?? (isSeen ? undefined : MOST_UNSEEN_BYTES)));
}

/** The parts as they are given, whatever they are. */
function partsOf(name: string, given: TextSource): AsyncIterator<unknown> {
  if (isString(given) || isBytes(given)) return partsOf(name, [given]);
  // Before the iterator that most streams have too: a reader can be cancelled while it waits.
  if ("getReader" in given) return streamParts(name, given);
  if (Symbol.asyncIterator in given) return given[Symbol.asyncIterator]();
  return (async function* () {
    yield* given;
  })();
}

function streamParts(name: string, stream: TextStreamLike): AsyncIterator<unknown> {
  let reader: ReturnType<TextStreamLike["getReader"]>;
  try {
    reader = stream.getReader();
  } catch (cause) {
    throw new DataError(`${cannotRead(name)} its stream was read already, or is being read. Give a new one.`, {
      cause,
    });
  }
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** The same parts, until a signal comes, also while one is waited for. @throws {RunFailedError} aborted */
async function* untilAborted(
  name: string,
  parts: AsyncIterator<unknown>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<unknown> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(abortedError(name, signal));
  });
  // Where nothing waits for it when it comes, whoever asks for the next part is told.
  aborted.catch(() => {});
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    while (true) {
      const next = await Promise.race([aborted, parts.next()]);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    // What is read, such as a request, may have been given the same signal.
    throw signal?.aborted ? abortedError(name, signal) : error;
  } finally {
    signal?.removeEventListener("abort", abort);
    // Not waited for: it may be as slow to end as it is to answer.
    parts.return?.()?.catch(() => {});
  }
}

function abortedError(name: string, signal: AbortSignalLike | undefined): RunFailedError {
  const cause = signal !== undefined && "reason" in signal ? signal.reason : undefined;
  return new RunFailedError(`${cannotRead(name)} reading was aborted by its signal.`, { cause });
}
