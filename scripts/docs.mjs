/**
 * `npm run docs`: the reference of all that is public, in .build/docs/, made by TypeDoc from the sources' documentation. A
 * warning fails it: a link to nothing, or a type that is used and not public.
 *
 * typedoc.json has the settings. That each public function has an example is `test/documentedExamples.test.ts`'s business.
 */
import "./requireNode.mjs";
import { ensureInstalled, ensureKernels, root, runNode, runScript, tool } from "./project.mjs";

await runScript(async () => {
  await ensureInstalled();
  await ensureKernels();
  const { code } = await runNode([tool("typedoc", "bin/typedoc"), "--options", root]);
  return code;
});
