/** The lessons' button and their place. Their code is loaded when one is opened. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { closeLesson, finished, lesson, openLesson } from "../state/lesson.ts";

export function LessonsButton() {
  const isOpen = lesson.value !== undefined;
  const next = [1, 2, 3, 4, 5, 6].find((number) => !finished.value.includes(number)) ?? 1;
  return (
    <button
      type="button"
      class="lessons-button"
      aria-expanded={isOpen}
      onClick={() => (isOpen ? closeLesson() : openLesson(next))}
    >
      Lessons
    </button>
  );
}

export function LessonSlot() {
  const [Panel, setPanel] = useState<ComponentType>();
  const [problem, setProblem] = useState<string>();
  const isOpen = lesson.value !== undefined;
  useEffect(() => {
    if (!isOpen || Panel !== undefined) return;
    import("../lessons/LessonPanel.tsx").then(
      ({ LessonPanel }) => setPanel(() => LessonPanel),
      (error: unknown) => setProblem(`The lessons could not be loaded: ${error}. Reload the page.`),
    );
  }, [isOpen, Panel]);
  if (!isOpen) return null;
  if (problem !== undefined) {
    return (
      <p class="message" role="alert">
        {problem}
      </p>
    );
  }
  return Panel === undefined ? null : <Panel />;
}
