/**
 * What counts in a page, from outside: the pictures that it draws and the steps that its worker reports. Runs in the page,
 * before the page's own scripts; knows of the lab only that a worker's frames have a step.
 */

/**
 * @typedef {object} Counts
 * @property {number} pictures animation frames in which a canvas of the page was drawn while a step was newer than at the last
 * @property {number} step that the worker reported last
 * @property {number} at the page's clock, in milliseconds
 */

/** Puts `counts()` into the page. */
export function watch() {
  const page = /** @type {any} */ (globalThis);
  let [pictures, step, shown, hasDrawn] = [0, 0, -1, false];
  const Own = page.Worker;
  page.Worker = class extends Own {
    /** @param {...unknown} args */
    constructor(...args) {
      super(...args);
      this.addEventListener("message", (/** @type {{ data: { step?: number } }} */ { data }) => {
        if (data?.step !== undefined) step = data.step;
      });
    }
  };
  const drawing = page.CanvasRenderingContext2D.prototype;
  for (const name of ["drawImage", "stroke", "putImageData"]) {
    const own = drawing[name];
    drawing[name] = function (/** @type {unknown[]} */ ...args) {
      if (this.canvas.isConnected) hasDrawn = true;
      return own.apply(this, args);
    };
  }
  const request = page.requestAnimationFrame.bind(page);
  page.requestAnimationFrame = (/** @type {(time: number) => void} */ callback) =>
    request((/** @type {number} */ time) => {
      hasDrawn = false;
      callback(time);
      if (!hasDrawn || step === shown) return;
      shown = step;
      pictures++;
    });
  page.counts = () => ({ pictures, step, at: page.performance.now() });
}

/**
 * Draws one small square an animation frame, on a canvas as large as the lab's network: the most pictures a second that
 * this browser shows. Puts `counts()` into the page.
 */
export function drawAlone() {
  const page = /** @type {any} */ (globalThis);
  const canvas = page.document.createElement("canvas");
  [canvas.width, canvas.height] = [600, 460];
  page.document.body.append(canvas);
  const context = canvas.getContext("2d");
  let pictures = 0;
  const draw = () => {
    pictures++;
    context.fillStyle = pictures % 2 ? "#000" : "#fff";
    context.fillRect(0, 0, 4, 4);
    page.requestAnimationFrame(draw);
  };
  draw();
  page.counts = () => ({ pictures, step: 0, at: page.performance.now() });
}
