/** npm as the documents' tests call it: quick and quiet; what it has fetched once it takes from its cache. */
import { runNpm } from "../../scripts/project.mjs";

/** For npm that the documents' commands call, too. */
export const npmSettings = {
  npm_config_prefer_offline: "true",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};

export async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await runNpm(args, { cwd });
  if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with exit code ${code}:\n${output}`);
}
