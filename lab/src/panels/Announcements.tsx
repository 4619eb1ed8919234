/** What a screen reader says of what happens, at most once a second: the last thing is said, the ones before it are not. */
import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { announcement, playing, readout } from "../state/store.ts";
import { figure } from "./figure.ts";

const BETWEEN = 1000;

export function Announcements() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    let next = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = (): void => {
      timer = next === "" ? undefined : setTimeout(say, BETWEEN);
      if (next !== "") setSaid(next);
      next = "";
    };
    const stop = effect(() => {
      next = announcement.value;
      const frame = playing.value ? undefined : readout.value;
      if (frame !== undefined && frame.step > 0) {
        next += ` Step ${frame.step}, validation loss ${figure(frame.point.validationLoss)}.`;
      }
      if (timer === undefined) say();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return (
    <p class="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}
