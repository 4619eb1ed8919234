/** A member of an object: `nested` and `large` are text, of a list or an object and of a whole number beyond 2⁵³. */
export interface JsonMember {
  readonly name: string;
  readonly kind: "number" | "boolean" | "text" | "nested" | "large" | "null";
  readonly value: number | boolean | string | null;
}
