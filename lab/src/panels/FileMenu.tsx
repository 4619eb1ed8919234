/** The menu "File" in the header: a button, and what it opens, whose code is loaded with the first opening. */
import { useEffect, useRef, useState } from "preact/hooks";
import { onFiles } from "../state/openFile.ts";
import { useLoaded } from "./useLoaded.ts";

/** A model that was dropped or picked anywhere. */
onFiles(".gradus", async (file) => {
  const { openModel } = await import("../files/openModel.ts");
  await openModel(new Uint8Array(await file.arrayBuffer()), file.name);
});

export function FileMenu() {
  const [isOpen, setOpen] = useState(false);
  const { Loaded, problem } = useLoaded("The menu", isOpen, () => import("../files/Menu.tsx").then(({ Menu }) => Menu));
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
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="file-menu" ref={root}>
      <button
        type="button"
        ref={button}
        aria-expanded={isOpen}
        aria-controls="file-menu"
        onClick={() => setOpen(!isOpen)}
      >
        File {isOpen ? "▴" : "▾"}
      </button>
      <div id="file-menu" hidden={!isOpen}>
        {isOpen && Loaded !== undefined && <Loaded close={close} />}
        {isOpen && problem !== undefined && <p role="alert">{problem}</p>}
      </div>
    </div>
  );
}
