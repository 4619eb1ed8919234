/**
 * gradus/distributed: several processes that train one network together. Needs Node, MPI, and the optional package koffi.
 *
 * @module gradus/distributed
 */
export type { Collective, Pending, RankProcess, ReduceOptions, Summed } from "../distributed/collective.ts";
export { joinMpi, type MpiOptions } from "../distributed/mpi/joinMpi.ts";
export { oneProcess } from "../distributed/oneProcess.ts";
