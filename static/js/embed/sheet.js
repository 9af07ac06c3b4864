// The style sheet of embeds for all shadow roots of a page. The server puts its text in place of its name.
export const sheet = new CSSStyleSheet();
sheet.replaceSync("embed.css");
