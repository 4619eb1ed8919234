/**
 * The text of a result whose rows several ranks have: rank 0 has the texts of all ranks, in their order, as one process makes them.
 *
 * All ranks work at the same time. The others keep what they have made in a temporary file until it is rank 0's turn for it. Knows nothing
 * of what the texts say.
 */
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setImmediate } from "node:timers/promises";
import { givePieces, piecesOf, type Team, TemporaryFolder } from "../entries/internal.ts";
import { RunFailedError } from "../node.ts";

/** Bytes that travel at once, at the least. */
const PIECE = 2 ** 23;

/** On rank 0: its own texts, and then those of the others. @param onLast gets what each of them has given with its last text */
export async function* textsOfAll<Last>(
  team: Team,
  own: AsyncIterable<string>,
  onLast: (last: Last) => void,
): AsyncGenerator<string> {
  for await (const text of own) {
    yield text;
    await setImmediate(); // messages come by a timer
    team.requireRunning();
  }
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let rank = 1; rank < team.size; rank++) {
    const pieces = piecesOf<Last>(team, rank);
    let next = await pieces.next();
    for (; next.done !== true; next = await pieces.next()) yield decoder.decode(next.value);
    onLast(next.value);
  }
}

/** On the others: makes the texts and gives them to rank 0. @throws {JobEnded} rank 0 has ended @throws {RunFailedError} no room for them */
export async function giveTexts<Last>(team: Team, own: AsyncIterable<string>, last: () => Last): Promise<void> {
  const file = await namelessFile();
  try {
    await givePieces(team, piecesOn(file, await written(team, own, file)), last);
  } finally {
    await file.close();
  }
}

/** A file whose name is gone already, so that a rank that is killed leaves nothing. */
async function namelessFile(): Promise<FileHandle> {
  await using folder = new TemporaryFolder();
  return await open(await folder.place("texts"), "w+");
}

/** Writes texts one after the other. @returns the lengths of the pieces that they make: whole texts, in bytes */
async function written(team: Team, texts: AsyncIterable<string>, file: FileHandle): Promise<number[]> {
  const lengths: number[] = [];
  let length = 0;
  for await (const text of texts) {
    team.requireRunning();
    const bytes = new TextEncoder().encode(text);
    await file.appendFile(bytes).catch((error: NodeJS.ErrnoException) => {
      throw new RunFailedError(
        `Cannot keep results in a temporary file in ${tmpdir()}: the system reported ${error.code}. Set the environment variable TMPDIR to a folder with free space.`,
        { cause: error },
      );
    });
    length += bytes.length;
    if (length < PIECE) continue;
    lengths.push(length);
    length = 0;
  }
  return length > 0 ? [...lengths, length] : lengths;
}

async function* piecesOn(file: FileHandle, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let place = 0;
  for (const length of lengths) {
    yield (await file.read(new Uint8Array(length), 0, length, place)).buffer;
    place += length;
  }
}
