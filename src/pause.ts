/**
 * Lets timers, signals and messages of the runtime have their turn.
 *
 * A message to oneself comes at once; setTimeout is held back by browsers, to a second in a background tab.
 */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const arrived = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener("message", arrived, { once: true });
    port1.start();
    port2.postMessage(undefined);
  });
}
