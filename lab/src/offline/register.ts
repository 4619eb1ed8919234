/** The page's side of the service worker. Nothing depends on it: a browser that refuses one has the lab from its host. */

/**
 * Has the files of this build kept for use without the host.
 *
 * @param ready called when another version of the lab is there, with what changes to it (the page is loaded anew)
 */
export async function keepOffline(ready: (change: () => void) => void): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined || isServedByCommand()) return;
  let isChosen = false;
  let isFirst = serviceWorker.controller === null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (isChosen) location.reload();
    else if (!isFirst) ready(() => location.reload());
    isFirst = false;
  });
  const address = new URL("sw.js", document.baseURI);
  const registration = await serviceWorker.register(address, { updateViaCache: "none" }).catch(() => undefined);
  const look = (): void => {
    const { waiting } = registration ?? {};
    if (!waiting || serviceWorker.controller === null) return;
    ready(() => {
      isChosen = true;
      waiting.postMessage("replace");
    });
  };
  const watch = (): void => registration?.installing?.addEventListener("statechange", look);
  look();
  watch();
  registration?.addEventListener("updatefound", watch);
}

/** `gradus lab` has another port, which to a browser is another host, each time: what it kept would never be used again. */
function isServedByCommand(): boolean {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry?.serverTiming?.some(({ name }) => name === "gradus-lab") ?? false;
}
