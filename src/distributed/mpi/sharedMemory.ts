/** Memory that the ranks of one machine share, from MPI. Knows nothing of what it is for. */
import { koffi } from "../../engines/native/foreign.ts";
import { RunFailedError } from "../../errors.ts";
import { handleIn, type Mpi } from "./library.ts";
import { offHeap, offHeapInts } from "./offHeap.ts";

export interface SharedMemory {
  readonly address: number;
  readonly buffer: ArrayBuffer;
  /** Gives it back: all ranks call it. */
  free(): void;
}

/**
 * Such memory; undefined where ranks are on several machines, or the system has too little of it. All ranks call it.
 *
 * @param size how many ranks there are
 * @param bytes how many are needed
 */
export function shareMemory(mpi: Mpi, size: number, bytes: number): SharedMemory | undefined {
  const { call, handles } = mpi;
  const addressOf = (view: ArrayBufferView): bigint => koffi("").address(view);
  const [place, window] = [offHeap(8), offHeap(8)];
  const [number, unit, length] = [offHeapInts(1), offHeapInts(1), offHeap(8)];
  call("MPI_Comm_split_type", handles.world, handles.sharing, 0, handles.noInfo, addressOf(place));
  const group = handleIn(place, handles.world);
  call("MPI_Comm_set_errhandler", group, handles.errorsReturn);
  call("MPI_Comm_size", group, addressOf(number));
  if (number[0] < size) return undefined;
  call("MPI_Comm_rank", group, addressOf(number));
  try {
    // One rank's part is all of it.
    const own = number[0] === 0 ? bytes : 0;
    call("MPI_Win_allocate_shared", own, 1, handles.noInfo, group, addressOf(place), addressOf(window));
  } catch (error) {
    if (error instanceof RunFailedError) return undefined;
    throw error;
  }
  call(
    "MPI_Win_shared_query",
    handleIn(window, handles.world),
    0,
    addressOf(length),
    addressOf(unit),
    addressOf(place),
  );
  const [address] = new BigInt64Array(place.buffer);
  const buffer = koffi("").view(address, bytes);
  return { address: Number(address), buffer, free: () => call("MPI_Win_free", addressOf(window)) };
}
