// @ts-nocheck: it runs in a page, and the project's types have no DOM
/** What a report's page may not be: an expression whose value is each fault in words. */
(() => {
  const faults = new Set();
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.add(`it is ${scrollWidth} pixels wide on ${clientWidth}`);
  if (document.querySelector("script, link, img, iframe")) faults.add("there is an element that may not be");

  // On a narrow page and on paper a wide table is a list of heads and values: every cell is seen, none without scrolling.
  const paper = matchMedia("print").matches;
  if (paper || clientWidth < 480) {
    for (const cell of document.querySelectorAll("tbody :is(th, td)")) {
      // A confusion matrix has no other form: on a phone it scrolls in its own box.
      if (cell.closest("details:not([open])") || (!paper && cell.closest(".confusion"))) continue;
      const { left, right, width } = cell.getBoundingClientRect();
      if (width === 0) faults.add(`the cell "${cell.textContent}" is not shown`);
      if (left < 0 || right > clientWidth + 1) faults.add(`the cell "${cell.textContent}" is cut at the page's edge`);
    }
  }
  for (const cell of document.querySelectorAll("tbody th")) {
    const word = Math.max(...cell.textContent.split(/\s+/).map((one) => one.length));
    if (cell.getBoundingClientRect().width < 4 * word)
      faults.add(`the name "${cell.textContent}" is broken within a word`);
  }

  for (const plot of document.querySelectorAll("figure > svg")) {
    const { left, right, width, height } = plot.getBoundingClientRect();
    const title = plot.getAttribute("aria-label") ?? "a plot without a description";
    if (width < 200 || height < 40) faults.add(`${title} is ${width} by ${height} pixels`);
    const card = plot.closest("figure").getBoundingClientRect();
    if (left < card.left || right > card.right) faults.add(`${title} stands out of its card`);
    for (const label of plot.querySelectorAll("text")) {
      const box = label.getBoundingClientRect();
      if (box.width === 0) continue;
      if (box.left < card.left - 1 || box.right > card.right + 1) faults.add(`${title} cuts ${label.textContent}`);
      const size = (Number.parseFloat(getComputedStyle(label).fontSize) * width) / plot.viewBox.baseVal.width;
      if (size < 10) faults.add(`${title} has letters of ${size.toFixed(1)} pixels`);
    }
  }

  // WCAG 2.2, 1.4.3: a contrast of 4.5 for text of this size.
  const channels = (colour) =>
    colour
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (/^rgb\(/.test(backgroundColor)) return backgroundColor;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  for (const element of document.querySelectorAll(
    "h1, h2, h3, p, a, th, td, small, strong, span, dt, dd, li, pre, summary",
  )) {
    if (element.textContent.trim() === "") continue;
    const [ink, paper] = [getComputedStyle(element).color, ground(element)];
    const [light, dark] = [luminance(ink), luminance(paper)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faults.add(`${element.tagName} has a contrast of ${contrast.toFixed(1)}: ${ink} on ${paper}`);
  }
  return [...faults];
})();
