/**
 * How a command shows an exposition: the options --latex, --html and --out, and the form that follows from them.
 *
 * The same for every command that explains. What is shown is that command's business.
 */
import { extname } from "node:path";
import type { Command } from "commander";
import { loadTypesetting, writeAtomically } from "../entries/internal.ts";
import { DescriptionError, type Exposition, expositionHtml, expositionLatex, expositionText } from "../node.ts";
import type { JsonFlags } from "./jsonOption.ts";
import { type Place, placeOf, requireOutputs } from "./outputs.ts";
import type { Terminal } from "./terminal.ts";

export interface ExpositionFlags extends JsonFlags {
  readonly latex?: boolean;
  readonly html?: string;
  readonly out?: string;
}

/** One thing to write: a form, and the file that takes it; the terminal where no file is named. */
export interface Showing {
  readonly form: Form;
  readonly file?: string;
}

type Form = "text" | "latex" | "html" | "json";
const formOfExtension: Readonly<Record<string, Form>> = {
  ".txt": "text",
  ".tex": "latex",
  ".html": "html",
  ".json": "json",
};

/** Adds the options. */
export function withExposition(command: Command): Command {
  return command
    .option("--latex", "as a LaTeX document instead of text")
    .option("--html <file>", "write a self-contained HTML page to this file; - for standard output")
    .option(
      "--out <file>",
      "write to this file, in the format of its name: .txt, .tex, .html or .json; - for standard output",
    );
}

/**
 * What the options ask for, checked before any work is done.
 *
 * @param inputs what the command reads
 * @throws {DescriptionError} options that contradict each other, or a name that has no known form
 * @throws {GradusError} a file that can't be written; a package that makes it is not installed
 */
export async function showingsOf(
  { latex, html, out, json }: ExpositionFlags,
  inputs: readonly Place[],
): Promise<Showing[]> {
  if (latex && json) throw new DescriptionError("Give --latex or --json, not both.");
  const asked: Form | undefined = latex ? "latex" : json ? "json" : undefined;
  const showings: Showing[] = [];
  if (out !== undefined && out !== "-") showings.push({ form: formOfFile(out, asked), file: out });
  if (html !== undefined) showings.push({ form: "html", ...(html !== "-" && { file: html }) });
  if (out === "-" || (out === undefined && (asked !== undefined || html === undefined))) {
    showings.push({ form: asked ?? "text" });
  }
  if (showings.filter(({ file }) => file === undefined).length > 1) {
    throw new DescriptionError(
      `--html - writes to standard output, and so does ${asked ? `--${asked}` : "--out -"}. Give a file for one of them.`,
    );
  }
  if (showings.some(({ form }) => form === "html")) await loadTypesetting();
  const files = [...placeOf("--out", out), ...placeOf("--html", html)].filter(({ path }) => path !== "-");
  await requireOutputs(inputs, files);
  return showings;
}

/**
 * Writes an exposition in each of the forms asked for.
 *
 * @param data what --json shows
 */
export async function show(
  showings: readonly Showing[],
  exposition: Exposition,
  terminal: Terminal,
  data: unknown,
): Promise<void> {
  for (const { form, file } of showings) {
    const content = await inForm(form, exposition, { data, columns: terminal.columns });
    if (file === undefined) {
      terminal.block(content.trimEnd());
      continue;
    }
    await writeAtomically(file, new TextEncoder().encode(content));
    terminal.note(`Wrote ${file}.`);
  }
}

function formOfFile(file: string, asked: Form | undefined): Form {
  const form = formOfExtension[extname(file).toLowerCase()];
  if (asked === undefined && form === undefined) {
    throw new DescriptionError(
      `--out: expected a name that ends in ${Object.keys(formOfExtension).join(", ")}, which decides the format; found ${JSON.stringify(file)}.`,
    );
  }
  if (asked !== undefined && form !== undefined && form !== asked) {
    throw new DescriptionError(`--out ${file} asks for ${form}, --${asked} for another format. Leave one out.`);
  }
  return asked ?? form;
}

async function inForm(
  form: Form,
  exposition: Exposition,
  { data, columns }: { readonly data: unknown; readonly columns: number | undefined },
): Promise<string> {
  switch (form) {
    case "text":
      return `${expositionText(exposition, { width: textWidth(columns) })}\n`;
    case "latex":
      return expositionLatex(exposition);
    case "html":
      return await expositionHtml(exposition);
    case "json":
      return `${JSON.stringify(data)}\n`;
    default:
      return form satisfies never;
  }
}

/** The terminal's columns, 100 where there is none; lines much longer than that do not read well. */
function textWidth(columns = 100): number {
  return Math.max(40, Math.min(120, columns));
}
