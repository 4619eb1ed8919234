/** A lesson beside the app, which goes on as ever: what it says, what it points at, and its tasks with what is done. */
import { useEffect, useRef } from "preact/hooks";
import { closeLesson, finished, lesson, openLesson } from "../state/lesson.ts";
import type { Part, Task } from "./lesson.ts";
import { lessons } from "./lessons.ts";
import { answer, done, verdict, watch } from "./progress.ts";
import "../styles/lessons.css";

export function LessonPanel() {
  useEffect(watch, []);
  const number = lesson.value ?? 1;
  const { title, paragraphs, parts, tasks, end } = lessons[number - 1];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement?.closest(".lesson, .top-actions")) heading.current?.focus();
  }, [number]);
  useEffect(() => {
    const before = document.title;
    document.title = `Lesson ${number}: ${title}, ${before}`;
    return () => {
      document.title = before;
    };
  }, [number]);
  const isFinished = done.value >= tasks.length;
  return (
    <aside class="panel lesson" aria-labelledby="lesson-title">
      <div class="heading">
        <h2 id="lesson-title" tabIndex={-1} ref={heading}>
          Lesson {number}: {title}
        </h2>
        <button type="button" class="small" onClick={close}>
          Close
        </button>
      </div>
      <Numbers number={number} />
      <div class="lesson-text">
        {paragraphs.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      <Parts parts={parts} />
      <div class="lesson-do">
        <ol class="tasks" aria-label="Tasks">
          {tasks.slice(0, done.value + 1).map((task, at) => (
            <TaskItem key={task.text} task={task} isDone={at < done.value} />
          ))}
        </ol>
        <p role="status" class="lesson-status">
          {isFinished ? `✓ Done. ${end}` : verdict.value}
        </p>
        {isFinished && number < lessons.length && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              heading.current?.focus(); // the button goes
              openLesson(number + 1);
            }}
          >
            Next: {lessons[number].title}
          </button>
        )}
      </div>
    </aside>
  );
}

function close(): void {
  closeLesson();
  document.querySelector<HTMLElement>(".lessons-button")?.focus();
}

function Numbers({ number }: { readonly number: number }) {
  return (
    <nav aria-label="Lessons">
      <ol class="lesson-numbers">
        {lessons.map(({ title }, at) => {
          const mark = finished.value.includes(at + 1) ? " ✓" : "";
          return (
            <li key={title}>
              <button
                type="button"
                class="small"
                aria-current={at + 1 === number ? "page" : undefined}
                aria-label={`Lesson ${at + 1}: ${title}${mark && ", done"}`}
                title={title}
                onClick={() => openLesson(at + 1)}
              >
                {at + 1}
                {mark}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** Buttons, each of which frames a part of the page while it has the pointer or the focus; a click goes there. */
function Parts({ parts }: { readonly parts: readonly Part[] }) {
  useEffect(() => unframe, [parts]);
  return (
    <p class="lesson-parts">
      Where:{" "}
      {parts.map(({ name, at }) => (
        <button
          type="button"
          class="small"
          key={at}
          onPointerEnter={() => frame(at)}
          onFocus={() => frame(at)}
          onPointerLeave={unframe}
          onBlur={unframe}
          onClick={() => {
            frame(at);
            document.querySelector(at)?.scrollIntoView({ block: "center" });
          }}
        >
          {name}
        </button>
      ))}
    </p>
  );
}

function frame(at: string): void {
  unframe();
  document.querySelector(at)?.setAttribute("data-pointed", "");
}

function unframe(): void {
  for (const element of document.querySelectorAll("[data-pointed]")) element.removeAttribute("data-pointed");
}

function TaskItem({ task: { text, question }, isDone }: { readonly task: Task; readonly isDone: boolean }) {
  return (
    <li class={isDone ? "is-done" : ""}>
      {isDone && <b>✓ Done: </b>}
      {text}
      {question !== undefined && !isDone && (
        <fieldset>
          <legend>{question.text}</legend>
          {question.answers.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="lesson-answer"
                value={each}
                checked={answer.value === each}
                onChange={() => {
                  answer.value = each;
                }}
              />{" "}
              {each}
            </label>
          ))}
        </fieldset>
      )}
    </li>
  );
}
