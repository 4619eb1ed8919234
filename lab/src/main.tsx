/** The page's entry: mounts the app. */
import { render } from "preact";
import { App } from "./panels/App.tsx";

const root = document.querySelector("#app");
if (root !== null) render(<App />, root);
