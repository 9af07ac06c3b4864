// Looks for what may not be in sanitised HTML, as the browser itself has parsed it. The lists are the tests' own.
(() => {
  const TAGS = new Set(
    ("a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div " +
      "dl dt em figcaption figure footer h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture pre q rp rt ruby s " +
      "samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr")
      .split(" "));
  const ATTRIBUTES = new Set(
    ("dir lang href hreflang rel title src srcset sizes media alt width height loading decoding referrerpolicy controls " +
      "preload poster cite span datetime value start reversed type colspan rowspan scope id").split(" "));
  const ADDRESSES = ["href", "src", "poster", "cite"];
  // As the site's own script does it, where the policy asks for it.
  if (window.trustedTypes && !trustedTypes.defaultPolicy)
    trustedTypes.createPolicy("default", { createHTML: (html) => html });
  const bare = (text) => text.normalize("NFC").replace(/[\s\u0000-\u0020\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
  const frame = () => new Promise((done) => setTimeout(done, 60));

  function audit(prose, text) {
    const found = [];
    for (const element of prose.querySelectorAll("*")) {
      if (!TAGS.has(element.localName) || element.namespaceURI !== "http://www.w3.org/1999/xhtml")
        found.push(`element ${element.localName}`);
      for (const { name, value } of element.attributes) {
        if (!ATTRIBUTES.has(name)) found.push(`attribute ${name}`);
        if (name === "id" && !/^note-[0-9a-f]{8}-\d+$/.test(value)) found.push(`id ${value}`);
        if (ADDRESSES.includes(name) && !/^(https?:\/\/|mailto:|#note-)/i.test(value)) found.push(`${name} ${value}`);
        if (name === "rel" && value !== "noopener noreferrer nofollow ugc") found.push(`rel ${value}`);
      }
      if (element.localName === "a" && !/^(https?|mailto):$/.test(element.protocol) && element.hasAttribute("href"))
        found.push(`protocol ${element.protocol}`);
      if (element.localName === "img")
        for (const [name, value] of [["loading", "lazy"], ["decoding", "async"], ["referrerpolicy", "no-referrer"]])
          if (element.getAttribute(name) !== value) found.push(`img without ${name}`);
      if (element.localName === "img" && !element.hasAttribute("alt")) found.push("img without alt");
    }
    if (bare(prose.textContent) !== bare(text)) found.push(`text ${prose.textContent} instead of ${text}`);
    return found;
  }

  function surroundings(page, heading) {
    const found = [];
    if (heading !== undefined && page.title !== heading) found.push(`title ${page.title}`);
    if (page.activeElement && page.activeElement !== page.body) found.push(`focus ${page.activeElement.outerHTML}`);
    if (page.querySelector("#status")?.textContent) found.push("status");
    if (page.querySelectorAll("#status").length > 1) found.push("a second #status");
    return found;
  }

  // What a reader might do: each event that an attribute waits for, and a click on each link that is no address.
  function provoke(prose) {
    for (const element of prose.querySelectorAll("*")) {
      for (const { name } of [...element.attributes])
        if (name.startsWith("on")) element.dispatchEvent(new Event(name.slice(2), { bubbles: true }));
      const address = String(element.href?.baseVal ?? element.href ?? element.formAction ?? "");
      if (/^\s*(javascript|data):/i.test(address) && element.click) element.click();
    }
  }

  async function frames(batch) {
    const found = [];
    const all = await Promise.all(
      JSON.parse(batch).map(async ([number, address, text]) => {
        const element = document.createElement("iframe");
        element.width = element.height = 60;
        const loaded = new Promise((done) => { element.onload = done; setTimeout(done, 3000); });
        element.src = address;
        document.body.append(element);
        await loaded;
        return { number, address, text, element };
      }));
    await frame();
    for (const { number, text, element } of all) {
      let inner = null;
      try { inner = element.contentDocument; } catch {}
      const prose = inner?.querySelector(".prose");
      if (!prose) { found.push(`${number}: the page has gone`); continue; }
      const heading = element.src.includes("/__page/") ? "Untouched" : undefined;
      for (const what of [...audit(prose, text), ...surroundings(inner, heading)]) found.push(`${number}: ${what}`);
      provoke(prose);
    }
    await frame();
    for (const { element } of all) element.remove();
    return found;
  }

  async function page(texts) {
    const found = [];
    await frame();
    for (const [number, text] of JSON.parse(texts)) {
      const prose = document.getElementById(`e${number}`);
      found.push(...audit(prose, text).map((said) => `${number}: ${said}`));
      provoke(prose);
    }
    await frame();
    return [...found, ...surroundings(document, "Untouched")];
  }

  async function written(batch) {
    const found = [];
    const prose = document.querySelector(".prose");
    for (const [number, html, text] of JSON.parse(batch)) {
      prose.innerHTML = html;
      const first = prose.cloneNode(true);
      const what = audit(prose, text);
      prose.innerHTML = prose.innerHTML;
      if (!prose.isEqualNode(first)) what.push(`other when parsed again: ${first.innerHTML} ${prose.innerHTML}`);
      what.push(...audit(prose, text), ...surroundings(document, "Untouched"));
      provoke(prose);
      found.push(...what.map((said) => `${number}: ${said}`));
    }
    await frame();
    prose.replaceChildren();
    return found;
  }

  window.audit = { frames, page, written };
})()
