// Where other sites ask how the list can be embedded, in the head, follows the state as it changes: the state is that
// of the link "Embed this". The host stays, as the site may be known by another one than the browser's.
import { on } from "./events.js";

on("settled", follow);
on("restored", follow);

function follow() {
  const shown = document.getElementById("embed-this");
  if (!shown) return;
  for (const link of document.querySelectorAll("head > link[type$='+oembed']")) {
    const address = new URL(link.href);
    const page = new URL(address.searchParams.get("url"));
    page.search = shown.search;
    address.searchParams.set("url", page.href);
    link.href = address.href;
    link.title = document.getElementById("results-heading").textContent;
  }
}
