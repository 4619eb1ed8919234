// @ts-nocheck: it runs in a page, and the project's types have no DOM
/** What an explanation's page may not be: an expression whose value is each fault in words. */
(async () => {
  await document.fonts.ready;
  const faults = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`it is ${scrollWidth} pixels wide on ${clientWidth}`);

  const name = (family, weight, style) => `${family.replaceAll('"', "")} ${weight} ${style}`;
  const fonts = new Set();
  for (const { family, weight, style, status } of document.fonts) {
    fonts.add(name(family, weight, style));
    if (status === "error") faults.push(`the font ${family} does not load`);
  }
  const missing = new Set();
  for (const element of document.querySelectorAll(".katex-html *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    if (!hasText) continue;
    const { fontFamily, fontWeight, fontStyle } = getComputedStyle(element);
    const wanted = name(fontFamily.split(",")[0], fontWeight, fontStyle);
    if (!fonts.has(wanted)) missing.add(wanted);
  }
  for (const font of missing) faults.push(`the font ${font} is wanted and not there`);

  const formulas = document.querySelectorAll("math").length;
  if (formulas === 0) faults.push("there is no formula");
  if (document.querySelectorAll(".katex-html").length !== formulas) faults.push("a formula lacks one of its forms");
  if (document.querySelector(".katex-error, script, img, iframe")) faults.push("there is an element that may not be");
  return faults;
})().catch((error) => [String(error)]);
