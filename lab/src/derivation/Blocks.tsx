/** Blocks of an exposition: words, equations and tables. Of equations about single units those of one unit are shown. */
import type { Block, Inline } from "gradus/explain";
import { openDerivation } from "../state/derivation.ts";
import { opened } from "../state/store.ts";
import { Equations } from "./Equations.tsx";
import { Words } from "./Formula.tsx";
import { drawnLayer } from "./places.ts";

/** @param unit whose equations are shown; all when undefined */
export function Blocks({ blocks, unit }: { readonly blocks: readonly Block[]; readonly unit: number | undefined }) {
  return (
    <>
      {blocks.map((block, at) => (
        <OneBlock key={at} block={block} unit={unit} />
      ))}
    </>
  );
}

function OneBlock({ block, unit }: { readonly block: Block; readonly unit: number | undefined }) {
  switch (block.kind) {
    case "heading":
      return (
        <h4>
          <Words content={block.content} />
        </h4>
      );
    case "paragraph":
      return (
        <p>
          <Words content={block.content} />
        </p>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item, at) => (
            <li key={at}>
              <Words content={item} />
            </li>
          ))}
        </ul>
      );
    case "equations":
      return (
        <Equations
          equations={block.equations.filter(
            (each) => unit === undefined || each.unit === undefined || each.unit === unit,
          )}
        />
      );
    case "table":
      return <Table block={block} />;
    default:
      return block satisfies never;
  }
}

function Table({ block: { head, rows, numeric } }: { readonly block: Extract<Block, { kind: "table" }> }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by key
    <figure class="table" tabIndex={0} aria-label={`Table: ${head.map(words).join(", ")}`}>
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" class={numeric.includes(column) ? "number" : ""}>
                <Words content={[cell]} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column} class={numeric.includes(column) ? "number" : ""}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

const words = (cell: Inline): string => (typeof cell === "string" ? cell : cell.text);
const weightName = /^(\d+)\.(\d+)\.(\d+|bias)$/;

/** The name of a weight is a button that shows its chain; a number by itself needs no typesetting. */
function Cell({ cell }: { readonly cell: Inline }) {
  const [, layer, unit, input] = (typeof cell === "string" && weightName.exec(cell)) || [];
  const run = opened.value;
  if (input !== undefined && run !== undefined) {
    const weight = {
      layer: drawnLayer(run, Number(layer)),
      unit: Number(unit),
      input: input === "bias" ? ("bias" as const) : Number(input),
    };
    return (
      <button type="button" class="link" onClick={() => openDerivation({ weight })}>
        {cell as string}
      </button>
    );
  }
  if (typeof cell !== "string" && cell.slots?.latex === "\\slot{0}") return <span data-number>{cell.text}</span>;
  return <Words content={[cell]} />;
}
