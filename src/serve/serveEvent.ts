/** What a server reports of itself, for its log. */

export type ServeEvent =
  /** `isOpen`: whether other machines reach it too. */
  | { readonly event: "listening"; readonly address: string; readonly isOpen: boolean }
  | { readonly event: "model-loaded"; readonly model: string; readonly version: string }
  /** Its file was replaced, and the new version is served. */
  | { readonly event: "model-replaced"; readonly model: string; readonly version: string; readonly before: string }
  /** Its file was replaced by one that can't be served instead; the version before goes on. */
  | { readonly event: "model-refused"; readonly model: string; readonly version: string; readonly message: string }
  /** Method and path are "-" where a request broke off before they were known. */
  | {
      readonly event: "request";
      readonly method: string;
      readonly path: string;
      readonly status: number;
      readonly milliseconds: number;
    }
  /** A fault of ours, which the client gets as a number 500 without details. */
  | { readonly event: "failed"; readonly method: string; readonly path: string; readonly stack: string }
  | { readonly event: "stopping" }
  | { readonly event: "stopped" };
