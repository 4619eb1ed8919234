/** The contract of messages from one rank to another, for which nobody waits. Knows nothing of what they say. */

/** One that has arrived. */
export interface Arrived {
  /** The rank that sent it. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

export interface Messages {
  /** Begins to send a copy of some bytes. Those to one rank arrive in the order in which they were sent. */
  send(to: number, bytes: Uint8Array): void;
  /** The next one that has arrived as a whole; moves on what is on its way, so it is to be called now and then while there is any. */
  receive(): Arrived | undefined;
  /** Whether bytes are on their way, which move on only when it is called. */
  readonly isBusy: boolean;
}
