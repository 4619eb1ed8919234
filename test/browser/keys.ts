/** The lab by its keys: Tab to an element, and press one. */
import type { Page } from "playwright-core";

/** A selector, or what the element says. */
type Target = string | { readonly text: string };

/** Goes on by Tab, or back by Shift+Tab, until the element is reached; what has the focus must be seen to have it. */
export async function tabTo(page: Page, target: Target, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const condition =
    typeof target === "string" ? `matches(${JSON.stringify(target)})` : `textContent.trim() === "${target.text}"`;
  for (let tries = 0; tries < 150; tries++) {
    await page.keyboard.press(key);
    if (await page.evaluate<boolean>(`document.activeElement.${condition}`)) {
      if (await page.evaluate("document.activeElement.matches(':focus-visible')")) return;
      throw new Error(`${JSON.stringify(target)} has the focus, but nothing shows it.`);
    }
  }
  throw new Error(`${JSON.stringify(target)} is not reached by ${key}`);
}

export async function press(page: Page, target: Target, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}
