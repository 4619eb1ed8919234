/**
 * Keeps the drawing in sight while the derivation is read: tells the stylesheet how high the network's column and the controls
 * above it are. Where they leave too little of the window, the drawing scrolls with the page.
 */
import { useEffect } from "preact/hooks";

/** Of the window's height. */
const MOST = 0.62;

export function useDrawingInSight(): void {
  useEffect(() => {
    const [columns, middle, controls] = [".columns", ".middle", ".controls"].map((name) =>
      document.querySelector<HTMLElement>(name),
    );
    if (!columns || !middle || !controls) return;
    const measure = (): void => {
      const [network, bar] = [middle.offsetHeight, controls.offsetHeight];
      const was = columns.hasAttribute("data-in-sight");
      const is = columns.toggleAttribute("data-in-sight", network + bar < MOST * innerHeight);
      columns.style.setProperty("--network-height", `${network}px`);
      columns.style.setProperty("--bar-height", `${bar}px`);
      // What had the focus before the drawing stayed in sight may lie behind it now.
      const { activeElement } = document;
      if (is && !was && activeElement?.closest(".derivation")) activeElement.scrollIntoView({ block: "nearest" });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(middle);
    observer.observe(controls);
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
      columns.removeAttribute("data-in-sight");
    };
  }, []);
}
