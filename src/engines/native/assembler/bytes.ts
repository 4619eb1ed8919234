/** Bytes that are written one behind the other, in a block that grows. */
export class Bytes {
  #block = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(byte: number): void {
    if (this.#length === this.#block.length) {
      const larger = new Uint8Array(2 * this.#block.length);
      larger.set(this.#block);
      this.#block = larger;
    }
    this.#block[this.#length++] = byte;
  }

  /** A number of at most 32 bits in so many bytes, the lowest first. */
  pushNumber(value: number, bytes: number): void {
    for (let n = 0; n < bytes; n++) this.push((value >> (8 * n)) & 255);
  }

  /** What was written. */
  taken(): Uint8Array<ArrayBuffer> {
    return this.#block.slice(0, this.#length);
  }
}
