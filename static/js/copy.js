// Buttons that copy the text of the field that they name. Where the browser does not let a script do so, the text is
// selected, so that one key copies it.
import { say } from "./site.js";

document.addEventListener("click", async ({ target }) => {
  const field = document.getElementById(target.dataset?.copies ?? "");
  if (!field) return;
  try {
    await navigator.clipboard.writeText(field.value);
    say("Copied.");
  } catch {
    field.focus();
    field.select();
    say("Selected. Copy it with Control or Command and C.");
  }
});
