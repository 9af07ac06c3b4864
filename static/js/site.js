// What the pages do beyond links and forms. Each module stands alone and can be left out. Those of single pages
// (builder.js, pins.js) and those that come later take what has state from here: the build makes one file of all this.
import "../vendor/htmx.min.js";
import "./address.js";
import "./announce.js";
import "./back.js";
import "./busy.js";
import "./dialog.js";
import "./elsewhere.js";
import "./facets.js";
import "./feed.js";
import "./focus.js";
import "./later.js";
import "./leave.js";
import "./newtab.js";
import "./oembed.js";
import "./problem.js";
import "./restore.js";
import "./scroll.js";
import "./settings.js";
import "./shortcuts.js";
import "./suggest.js";
import "./search.js";
import "./wide.js";

export { say } from "./announce.js";
export { on } from "./events.js";
export { trouble } from "./problem.js";
