/** The page's entry: mounts the app, and has it kept for use without its host once it is there. */
import { render } from "preact";
import { App } from "./panels/App.tsx";
import { newVersion } from "./state/version.ts";

const root = document.querySelector("#app");
if (root !== null) render(<App />, root);

addEventListener("load", async () => {
  const { keepOffline } = await import("./offline/register.ts");
  await keepOffline((change) => {
    newVersion.value = change;
  });
});
