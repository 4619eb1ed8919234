/** The help of the keys: a button, and what it opens. */
import { keys } from "../state/keys.ts";

export function Keys() {
  return (
    <>
      <button type="button" popovertarget="keys">
        Keys
      </button>
      <div id="keys" class="keys" popover="auto">
        <h2>Keys</h2>
        <dl>
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <p>They act where no control with the focus uses them itself. Esc closes this.</p>
      </div>
    </>
  );
}
