/**
 * What the other ranks have made, for rank 0, a piece at a time: rank 0 takes one rank after the other, and each piece travels when it is
 * asked for, so that none lies where nobody has use for it yet. Knows nothing of what the bytes are.
 */
import type { Team, TeamMessage } from "./team.ts";

interface PieceMessage<Last> extends TeamMessage {
  readonly kind: "piece";
  /** With the last piece, which has no bytes: what is to be known of all. */
  readonly last?: Last;
}

/**
 * On rank 0: another rank's pieces. The next one is on its way while one is used.
 *
 * @returns what the rank gave with the last one
 * @throws {RunFailedError | GradusError} another rank has failed
 */
export async function* piecesOf<Last>(team: Team, from: number): AsyncGenerator<Uint8Array, Last> {
  team.send(from, { kind: "give" });
  for (;;) {
    const { message, bytes } = await team.next<PieceMessage<Last>>("piece");
    if (message.last !== undefined) return message.last;
    team.send(from, { kind: "give" });
    yield bytes;
  }
}

/** On the others. @param pieces not too long ones @throws {JobEnded} rank 0 has ended */
export async function givePieces<Last>(team: Team, pieces: AsyncIterable<Uint8Array>, last: () => Last): Promise<void> {
  for await (const bytes of pieces) {
    await team.next("give");
    team.send(0, { kind: "piece" }, bytes);
  }
  await team.next("give");
  team.send(0, { kind: "piece", last: last() });
}
