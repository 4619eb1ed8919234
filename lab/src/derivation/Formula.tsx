/** A formula on the page; a screen reader has its text. */
import type { Inline, ShownFormula } from "gradus/explain";
import { useLayoutEffect, useRef } from "preact/hooks";
import { fill, giveBack, take, templateOf } from "./typeset.ts";

interface FormulaProps {
  readonly of: ShownFormula;
  /** Of its numbers, in order. */
  readonly places?: readonly (string | undefined)[];
  /** Whether what stands around it has its text already. */
  readonly isPart?: boolean;
}

export function Formula({ of, places, isPart = false }: FormulaProps) {
  const host = useRef<HTMLSpanElement>(null);
  const template = templateOf(of);
  useLayoutEffect(() => {
    const element = take(template);
    host.current?.append(element);
    return () => giveBack(template, element);
  }, [template]);
  useLayoutEffect(() => {
    const element = host.current?.firstElementChild;
    if (element instanceof HTMLElement) fill(element, of, places);
  });
  if (isPart) return <span class="formula" ref={host} />;
  return <span class="formula" role="math" aria-label={of.text} ref={host} />;
}

/** Words and formulas among them. */
export function Words({ content }: { readonly content: readonly Inline[] }) {
  return (
    <>
      {content.map((part, at) => (typeof part === "string" ? part : <Formula key={`${at} ${part.latex}`} of={part} />))}
    </>
  );
}
