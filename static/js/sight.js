// While somebody types, what is in sight comes first: the style sheet lets the other entries wait until that is painted.
// Not longer, as places on the page are kept in pixels.
import { on } from "./events.js";

const { classList } = document.documentElement;

on("swapping", ({ source }) => classList.toggle("typing", source?.id === "q"));
on("settled", () => requestAnimationFrame(() => setTimeout(() => classList.remove("typing"))));
