/** The errors that a client of the server gets: a status, a stable code and a message. Knows no framework. */
import type { DataPlace } from "../errors.ts";

/** The codes of responses that are no prediction, each with its status. */
export const refusals = {
  "not-http": 400,
  "not-json": 400,
  "unknown-parameter": 400,
  "not-found": 404,
  "wrong-method": 405,
  "slow-request": 408,
  "body-too-large": 413,
  "wrong-content-type": 415,
  "wrong-content-encoding": 415,
  "wrong-host": 421,
  "invalid-row": 422,
  "too-many-rows": 422,
  "invalid-parameter": 422,
  "headers-too-large": 431,
  /** Nobody gets it; nginx logs the same number where a client left before its response. */
  "client-left": 499,
  internal: 500,
  overloaded: 503,
  "timed-out": 503,
} as const satisfies Readonly<Record<string, number>>;

export type RefusalCode = keyof typeof refusals;

/** Why a request gets no prediction. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly code: RefusalCode;
  /** The columns and the row, counted from 1, that the error is about. */
  readonly place: DataPlace;

  constructor(code: RefusalCode, message: string, place: DataPlace = {}) {
    super(message);
    this.code = code;
    this.place = place;
  }

  get status(): (typeof refusals)[RefusalCode] {
    return refusals[this.code];
  }

  /** The body of the response. */
  toJSON(): { readonly error: object } {
    const { columns, row } = this.place;
    return {
      error: { code: this.code, message: this.message, ...(row && { row }), ...(columns && { columns: [...columns] }) },
    };
  }
}
