/** The lessons' button and their place. Their code is loaded when one is opened. */
import { closeLesson, finished, lesson, openLesson } from "../state/lesson.ts";
import { useLoaded } from "./useLoaded.ts";

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
  const isOpen = lesson.value !== undefined;
  const { Loaded, problem } = useLoaded("The lessons", isOpen, () =>
    import("../lessons/LessonPanel.tsx").then(({ LessonPanel }) => LessonPanel),
  );
  if (!isOpen) return null;
  if (problem !== undefined) {
    return (
      <p class="message" role="alert">
        {problem}
      </p>
    );
  }
  return Loaded === undefined ? null : <Loaded />;
}
