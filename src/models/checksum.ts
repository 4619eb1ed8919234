/** The checksum in the metadata of our safetensors files. */
import { checksumText, crc32 } from "../data/crc32.ts";
import type { Tensor } from "./safetensors.ts";

/** Eight hexadecimal digits: CRC-32 of a JSON's UTF-8 bytes, then of the tensors' bytes. */
export function checksumOf(json: string, tensors: ReadonlyMap<string, Tensor>): string {
  let sum = crc32(new TextEncoder().encode(json));
  for (const { bytes } of tensors.values()) sum = crc32(bytes, sum);
  return checksumText(sum);
}
