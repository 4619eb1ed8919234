/** Node's own modules where this is Node: the core imports none. */

/** A module of Node; undefined elsewhere. */
export function builtin<Module>(name: string): Module | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}
