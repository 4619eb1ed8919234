/** Node's own modules, and the environment, where this is Node or a runtime like it: the core imports none. */

/** A module of Node; undefined elsewhere. */
export function builtin<Module>(name: string): Module | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}

/** An environment variable; undefined where it is not set, is empty or may not be read, as in Deno without permission. */
export function environment(name: string): string | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  try {
    return process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}
