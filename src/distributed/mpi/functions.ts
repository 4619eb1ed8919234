/**
 * The functions of MPI that are called, one table. Pointers are addresses: MPI_IN_PLACE is one that is no place, and what an exchange reads
 * after the call has returned must be the caller's own, not a copy that was made for the call. A request takes 4 or 8 bytes, a status up to
 * 24.
 * Source: MPI: A Message-Passing Interface Standard, version 3.1.
 */

/** @param handle the C type of communicators, types and operations */
export const functions = (handle: "int" | "intptr_t") =>
  ({
    MPI_Get_library_version: "int MPI_Get_library_version(intptr_t text, intptr_t length)",
    MPI_Error_string: "int MPI_Error_string(int code, intptr_t text, intptr_t length)",
    MPI_Init_thread: "int MPI_Init_thread(intptr_t count, intptr_t arguments, int required, intptr_t provided)",
    MPI_Initialized: "int MPI_Initialized(intptr_t flag)",
    MPI_Comm_set_errhandler: `int MPI_Comm_set_errhandler(${handle} comm, ${handle} handler)`,
    MPI_Comm_split_type: `int MPI_Comm_split_type(${handle} comm, int type, int key, ${handle} info, intptr_t other)`,
    MPI_Comm_dup: `int MPI_Comm_dup(${handle} comm, intptr_t other)`,
    MPI_Comm_rank: `int MPI_Comm_rank(${handle} comm, intptr_t rank)`,
    MPI_Comm_size: `int MPI_Comm_size(${handle} comm, intptr_t size)`,
    MPI_Ibarrier: `int MPI_Ibarrier(${handle} comm, intptr_t request)`,
    MPI_Ibcast: `int MPI_Ibcast(intptr_t buffer, int count, ${handle} type, int root, ${handle} comm, intptr_t request)`,
    MPI_Iallreduce: `int MPI_Iallreduce(intptr_t from, intptr_t to, int count, ${handle} type, ${handle} op, ${handle} comm, intptr_t request)`,
    MPI_Iallgatherv: `int MPI_Iallgatherv(intptr_t from, int count, ${handle} type, intptr_t to, intptr_t counts, intptr_t places, ${handle} toType, ${handle} comm, intptr_t request)`,
    MPI_Ialltoallv: `int MPI_Ialltoallv(intptr_t from, intptr_t counts, intptr_t places, ${handle} type, intptr_t to, intptr_t toCounts, intptr_t toPlaces, ${handle} toType, ${handle} comm, intptr_t request)`,
    MPI_Isend: `int MPI_Isend(intptr_t buffer, int count, ${handle} type, int to, int tag, ${handle} comm, intptr_t request)`,
    MPI_Irecv: `int MPI_Irecv(intptr_t buffer, int count, ${handle} type, int from, int tag, ${handle} comm, intptr_t request)`,
    MPI_Iprobe: `int MPI_Iprobe(int from, int tag, ${handle} comm, intptr_t flag, intptr_t status)`,
    MPI_Recv: `int MPI_Recv(intptr_t buffer, int count, ${handle} type, int from, int tag, ${handle} comm, intptr_t status)`,
    MPI_Test: "int MPI_Test(intptr_t request, intptr_t flag, intptr_t status)",
    MPI_Reduce_local: `int MPI_Reduce_local(intptr_t from, intptr_t to, int count, ${handle} type, ${handle} op)`,
    MPI_Win_allocate_shared: `int MPI_Win_allocate_shared(intptr_t bytes, int unit, ${handle} info, ${handle} comm, intptr_t place, intptr_t window)`,
    MPI_Win_shared_query: `int MPI_Win_shared_query(${handle} window, int rank, intptr_t bytes, intptr_t unit, intptr_t place)`,
    MPI_Win_free: "int MPI_Win_free(intptr_t window)",
    MPI_Abort: `int MPI_Abort(${handle} comm, int code)`,
    MPI_Finalize: "int MPI_Finalize()",
  }) as const;

export type FunctionName = keyof ReturnType<typeof functions>;
