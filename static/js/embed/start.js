// What a page gets that loads /static/embed.js; a second copy of it changes nothing.
import { FeedsiftEntries } from "./element.js";
import { fitFrames } from "./frames.js";

const NAME = "feedsift-entries";
if (!customElements.get(NAME)) customElements.define(NAME, FeedsiftEntries);
fitFrames();
