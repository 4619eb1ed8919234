/** What the menu "File" opens: models, the setting as a program, pictures. */
import "./menu.css";
import { useState } from "preact/hooks";
import { ask } from "../state/ask.ts";
import { announcement, live, opened, readout, setting } from "../state/store.ts";
import { tableName } from "../state/tableName.ts";
import { download, fileWord } from "./download.ts";
import { openModel } from "./openModel.ts";
import { curvesSvg, networkSvg, type Pictured, pngOf } from "./pictures.ts";

export function Menu({ close }: { close(): void }) {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [done, setDone] = useState("");
  const attempt = (work: () => Promise<string | undefined>): void => {
    setProblem(undefined);
    work().then(
      (said) => {
        if (said === undefined) return;
        setDone(said);
        announcement.value = said;
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <div class="file-panel">
      <section aria-labelledby="file-models">
        <h2 id="file-models">Model</h2>
        <label class="file-open">
          Open a .gradus model
          <input
            type="file"
            accept=".gradus"
            onChange={({ currentTarget: { files } }) => {
              const file = files?.[0];
              if (file === undefined) return;
              close();
              void file.arrayBuffer().then((content) => openModel(new Uint8Array(content), file.name));
            }}
          />
        </label>
        <button type="button" onClick={() => attempt(saveModel)}>
          Save the model
        </button>
      </section>
      <section aria-labelledby="file-setting">
        <h2 id="file-setting">The setting</h2>
        {(["program", "command"] as const).map((kind) => (
          <p class="file-row" key={kind}>
            <span>{kind === "program" ? "As a TypeScript program" : "As a command line"}</span>
            <button type="button" aria-label={`Copy the ${titles[kind]}`} onClick={() => attempt(() => copyText(kind))}>
              Copy
            </button>
            <button type="button" aria-label={`Save the ${titles[kind]}`} onClick={() => attempt(() => saveText(kind))}>
              Save
            </button>
          </p>
        ))}
      </section>
      <section aria-labelledby="file-pictures">
        <h2 id="file-pictures">Pictures</h2>
        {(["network", "curves"] as const).map((what) => (
          <p class="file-row" key={what}>
            <span>{what === "network" ? "Network" : "Curves"}</span>
            {(["SVG", "PNG"] as const).map((format) => (
              <button
                type="button"
                key={format}
                aria-label={`Save the ${what} as ${format}`}
                onClick={() => attempt(() => savePicture(what, format))}
              >
                {format}
              </button>
            ))}
          </p>
        ))}
      </section>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <p class="file-done" role="status">
        {done}
      </p>
    </div>
  );
}

const titles = { program: "TypeScript program", command: "command line" } as const;

/** The data's name, as a part of a file's name. */
const dataName = (): string =>
  fileWord((opened.value?.data.table?.name ?? setting.value.data).replace(/\.(csv|tsv|json|parquet|gz)\b/g, ""));

async function saveModel(): Promise<string | undefined> {
  const model = await ask("model", {});
  if (model === undefined) return undefined;
  const name = `${dataName()}-step-${model.step}.gradus`; // the run may be further than the page has drawn
  download(name, model.bytes, "application/octet-stream");
  return `Saved ${name}.`;
}

async function copyText(kind: "program" | "command"): Promise<string | undefined> {
  const texts = await ask("program", { name: tableName() });
  if (texts === undefined) return undefined;
  await navigator.clipboard.writeText(texts[kind]);
  return `Copied the ${titles[kind]}.`;
}

async function saveText(kind: "program" | "command"): Promise<string | undefined> {
  const texts = await ask("program", { name: tableName() });
  if (texts === undefined) return undefined;
  const name = kind === "program" ? `${dataName()}.ts` : `${dataName()}.sh`;
  download(name, texts[kind]);
  if (kind === "program" || texts.csv === undefined) return `Saved ${name}.`;
  download(tableName(), texts.csv, "text/csv;charset=utf-8");
  return `Saved ${name} and ${tableName()}.`;
}

async function savePicture(what: "network" | "curves", format: "SVG" | "PNG"): Promise<string | undefined> {
  const [frame, run] = [readout.value, opened.value];
  if (frame === undefined || run === undefined) return undefined;
  if (frame.run !== live.frame?.run) throw new Error("The run is being opened. Save its picture when it is there.");
  const title = run.data.table?.name ?? setting.value.data;
  const of: Pictured = { frame, opened: run, curve: [...live.curve], title };
  const svg = what === "network" ? networkSvg(of) : curvesSvg(of);
  const name = `${dataName()}-${what}-step-${frame.step}.${format.toLowerCase()}`;
  download(name, format === "SVG" ? svg : await pngOf(svg), "image/svg+xml");
  return `Saved ${name}.`;
}
