/** A question to the worker that a view asks again as the run goes on, a few times a second. Knows no single question. */
import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { QuestionName, Questions } from "../../questions.ts";
import { ask } from "../../state/ask.ts";
import { readout } from "../../state/store.ts";

/** The least time between two questions, in milliseconds. */
const BETWEEN = 350;

export interface Answered<Name extends QuestionName> {
  readonly answer?: Questions[Name]["answer"];
  /** What hindered the answer, in the library's words. */
  readonly fault?: string;
}

/** @returns the last answer; nothing before the first */
export function useAnswer<Name extends QuestionName>(name: Name, asked: Questions[Name]["asked"]): Answered<Name> {
  const [answered, setAnswered] = useState<Answered<Name>>({});
  const key = JSON.stringify(asked);
  useEffect(() => {
    let isOver = false;
    let isBusy = false;
    let isStale = false;
    const update = async (): Promise<void> => {
      isBusy = true;
      isStale = false;
      try {
        const answer = await ask(name, asked);
        if (!isOver && answer !== undefined) setAnswered({ answer });
      } catch (error) {
        if (!isOver) setAnswered({ fault: error instanceof Error ? error.message : String(error) });
      }
      setTimeout(() => {
        isBusy = false;
        if (isStale && !isOver) void update();
      }, BETWEEN);
    };
    const stop = effect(() => {
      if (readout.value === undefined) return;
      if (isBusy) isStale = true;
      else void update();
    });
    return () => {
      isOver = true;
      stop();
    };
  }, [name, key]);
  return answered;
}
