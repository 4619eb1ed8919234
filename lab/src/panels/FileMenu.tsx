/** The menu "File" in the header: a button, and what it opens, whose code is loaded with the first opening. */
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { onFiles } from "../state/openFile.ts";

/** A model that was dropped or picked anywhere. */
onFiles(".gradus", async (file) => {
  const { openModel } = await import("../files/openModel.ts");
  await openModel(new Uint8Array(await file.arrayBuffer()), file.name);
});

export function FileMenu() {
  const [isOpen, setOpen] = useState(false);
  const [Content, setContent] = useState<ComponentType<{ close(): void }> | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const outside = ({ target }: Event): void => {
      if (!root.current?.contains(target as Node)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener("pointerdown", outside);
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("keydown", onKey);
    };
  }, [isOpen]);
  const toggle = (): void => {
    setOpen(!isOpen);
    if (Content !== undefined) return;
    import("../files/Menu.tsx").then(
      ({ Menu }) => setContent(() => Menu),
      (error: unknown) => setProblem(`The menu could not be loaded: ${error}. Reload the page.`),
    );
  };
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="file-menu" ref={root}>
      <button type="button" ref={button} aria-expanded={isOpen} aria-controls="file-menu" onClick={toggle}>
        File {isOpen ? "▴" : "▾"}
      </button>
      <div id="file-menu" hidden={!isOpen}>
        {isOpen && Content !== undefined && <Content close={close} />}
        {isOpen && problem !== undefined && <p role="alert">{problem}</p>}
      </div>
    </div>
  );
}
