// What the pages do beyond links and forms. Each module stands alone and can be left out.
import "./address.js";
import "./announce.js";
import "./back.js";
import "./busy.js";
import "./dialog.js";
import "./facets.js";
import "./feed.js";
import "./focus.js";
import "./newtab.js";
import "./problem.js";
import "./restore.js";
import "./scroll.js";
import "./settings.js";
import "./shortcuts.js";
import "./suggest.js";
import "./search.js";
import "./wide.js";
