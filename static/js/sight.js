// While somebody types, what is in sight comes first: the style sheet lets the other entries wait until that is painted.
// Not longer, as places on the page are kept in pixels; and not before back.js has read one.
import { on } from "./events.js";

const { classList } = document.documentElement;

on("leaving", ({ source }) => classList.toggle("typing", source?.id === "q"));
on("settled", () => requestAnimationFrame(() => setTimeout(() => classList.remove("typing"))));
