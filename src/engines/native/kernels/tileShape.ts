/**
 * The shape of a product's tile: with its vectors of B, and two numbers of A in all lanes, it fills the registers.
 *
 * With AVX-512 three vectors of B for nine rows take 1.5 instructions a multiply-add, and two for fourteen 1.7: that counts where
 * a core decodes for two threads.
 */
import type { Isa } from "./isa.ts";

export const tileRows = ({ registers }: Isa): number => (registers === 32 ? 9 : 6);
export const tileVectors = ({ registers }: Isa): number => (registers === 32 ? 3 : 2);

/** Columns of a tile, and of a panel of B. */
export const tileColumns = (isa: Isa): number => tileVectors(isa) * isa.lanes;
/** Bytes that a panel of B has for each p. */
export const panelBytes = (isa: Isa): number => tileVectors(isa) * isa.bytes;
