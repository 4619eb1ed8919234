/** The page: puts the panels together and draws one picture an animation frame, when there is something new. */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { CalmLayer } from "../drawing/canvas.ts";
import { onTheme } from "../drawing/colors.ts";
import { drawCurve } from "../drawing/curves.ts";
import { drawMap } from "../drawing/maps.ts";
import { drawMark } from "../drawing/marks.ts";
import { drawNetwork } from "../drawing/network.ts";
import { listenForNamed } from "../files/listenForNamed.ts";
import { drawn, start } from "../state/actions.ts";
import { lit } from "../state/derivation.ts";
import { colour, colourNow, look, range } from "../state/look.ts";
import { modelFault } from "../state/model.ts";
import { curveLook, marked, view } from "../state/outcome.ts";
import { fault, live, notes, opened, selected } from "../state/store.ts";
import { newVersion } from "../state/version.ts";
import { Announcements } from "./Announcements.tsx";
import { Controls } from "./Controls.tsx";
import { DataPanel } from "./DataPanel.tsx";
import { DerivationSlot } from "./DerivationSlot.tsx";
import { FileMenu } from "./FileMenu.tsx";
import { HealthPanel } from "./Health.tsx";
import { LearningPanel } from "./LearningPanel.tsx";
import { LessonSlot, LessonsButton } from "./LessonSlot.tsx";
import { ModelSlot } from "./ModelSlot.tsx";
import { NetworkView } from "./NetworkView.tsx";
import { NeuronListSlot } from "./NeuronListSlot.tsx";
import { Outcome } from "./Outcome.tsx";
import { TableSlot } from "./TableSlot.tsx";

/** The least time between two drawings of the weights while the run goes on, in milliseconds: lines take longer than all else. */
const BETWEEN_WEIGHTS = 50;

export function App() {
  const network = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const loss = useRef<HTMLCanvasElement>(null);
  const score = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isAsked = false;
    let answered: unknown;
    const weights = new CalmLayer(BETWEEN_WEIGHTS);
    const paint = (): void => {
      isAsked = false;
      const [frame, run] = [live.frame, opened.peek()];
      if (frame !== undefined && run !== undefined) {
        const chosen = { selected: selected.peek(), highlight: lit.peek() };
        const weightsLayer = frame.playing ? weights : undefined;
        const now = { frame, opened: run, ...chosen, colour: colourNow(), weightsLayer };
        if (network.current) drawNetwork(network.current, now);
        if (map.current) {
          drawMap(map.current, now);
          drawMark(map.current, run.data, marked.peek());
        }
        if (loss.current) drawCurve(loss.current, live.curve, "loss", { ...curveLook("loss"), now: frame.epoch });
        if (score.current) drawCurve(score.current, live.curve, "score", { ...curveLook("score"), now: frame.epoch });
      }
      if (frame !== undefined && answered !== frame) {
        answered = frame;
        drawn();
      }
    };
    const ask = (): void => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(paint);
    };
    const openNamed = listenForNamed();
    start(ask);
    openNamed();
    onTheme(ask);
    addEventListener("resize", ask);
    return effect(() => {
      void [colour.value, range.value, look.value];
      void [selected.value, lit.value, marked.value, view.value, curveLook("loss")];
      ask();
    });
  }, []);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the network
      </button>
      <header class="top">
        <h1>gradus lab</h1>
        <p>Watch a neural network learn. Nothing leaves this page.</p>
        <div class="top-actions">
          <LessonsButton />
          <FileMenu />
        </div>
      </header>
      <main>
        <Controls />
        <Messages />
        <div class="with-lesson">
          <LessonSlot />
          <div class="columns">
            <SettingsColumn />
            <div class="middle">
              <ModelSlot />
              <NetworkView canvas={network} />
              <HealthPanel />
            </div>
            <div class="right">
              <Outcome map={map} loss={loss} score={score} />
            </div>
            <div class="below">
              <DerivationSlot />
              <NeuronListSlot />
              <TableSlot />
            </div>
          </div>
        </div>
      </main>
    </>
  );
}

/** The address holds the setting, so this is no link. */
const skip = (): void => document.querySelector<HTMLElement>("#network-title")?.focus();

/** On a narrow screen the settings are folded until they are asked for. */
function SettingsColumn() {
  const [isOpen, setOpen] = useState(false);
  return (
    <div class={isOpen ? "side is-open" : "side"}>
      <button type="button" class="side-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "▾ Settings" : "▸ Settings"}: data and learning
      </button>
      <DataPanel />
      <LearningPanel />
    </div>
  );
}

function Messages() {
  return (
    <>
      {fault.value !== undefined && (
        <p class="message fault" role="alert">
          {fault.value} {opened.value === undefined ? "Change the setting." : "Go back, reset, or change the setting."}
        </p>
      )}
      {opened.value?.whySlow !== undefined && (
        <p class="message" role="status">
          The engine reference computes, which is slow: {opened.value.whySlow}.
        </p>
      )}
      {modelFault.value !== undefined && (
        <p class="message fault" role="alert">
          {modelFault.value}
        </p>
      )}
      {notes.value.map((note) => (
        <p class="message" role="status" key={note}>
          {note}
        </p>
      ))}
      {newVersion.value !== undefined && (
        <p class="message" role="status">
          A new version of the lab is ready.{" "}
          <button type="button" onClick={newVersion.value}>
            Reload
          </button>
        </p>
      )}
      <Announcements />
    </>
  );
}
