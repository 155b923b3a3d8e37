// What JavaScript adds to pages that work without it: keys, the next match, a drag on the timeline, copying a reference.
// Nothing is loaded or sent.

const find = (selector, all) => all ? [...document.querySelectorAll(selector)] : document.querySelector(selector);
const live = find(".live");
const say = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); };
const stored = {
  get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* private windows have no storage */ } },
};

// ── matches of an article ────────────────────────────────────────────────────────────────────────────────────────────

const marks = find(".text mark[id]", true);
let at = marks.findIndex((mark) => `#${mark.id}` === location.hash);

function go(step) {
  if (!marks.length) return;
  marks[at]?.classList.remove("here");
  at = at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length;
  const mark = marks[at];
  mark.classList.add("here");
  mark.scrollIntoView({ block: "center" });
  history.replaceState(null, "", `#${mark.id}`);
  say(`${at + 1} / ${marks.length}`);
}

const steps = find(".steps");
if (steps && marks.length > 1) {
  steps.hidden = false;
  find(".previous-match").addEventListener("click", () => go(-1));
  find(".next-match").addEventListener("click", () => go(1));
}

// ── hits of an answer ────────────────────────────────────────────────────────────────────────────────────────────────

function hit(step) {
  const links = find(".hit h2 a", true);
  const now = links.indexOf(document.activeElement);
  const next = links[now < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + step, 0), links.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// ── a period, drawn on the timeline ──────────────────────────────────────────────────────────────────────────────────

const bars = find("svg.bars");
if (bars) {
  const links = [...bars.querySelectorAll("a")];
  const place = (link) => Number(link.querySelector(".space").getAttribute("x"));
  const shade = document.createElementNS(bars.namespaceURI, "rect");
  const said = find(".drag");
  const hint = said.textContent;
  let from = null, to = 0, drawn = false;
  said.hidden = false;
  for (const [name, value] of [["class", "shade"], ["y", "0"], ["height", "100"], ["width", "0"]]) shade.setAttribute(name, value);
  bars.append(shade);

  const bar = (event) => {
    const box = bars.getBoundingClientRect(), last = bars.viewBox.baseVal.width / 10 - 1;
    return Math.min(Math.max(Math.floor((event.clientX - box.left) / box.width * (last + 1)), 0), last);
  };
  const chosen = () => links.filter((link) => {
    const at = place(link) / 10;
    return at >= Math.min(from, to) && at <= Math.max(from, to);
  });
  const show = () => {
    const wide = from !== null && drawn;
    shade.setAttribute("x", wide ? Math.min(from, to) * 10 : 0);
    shade.setAttribute("width", wide ? (Math.abs(from - to) + 1) * 10 : 0);
    const held = wide ? chosen() : [];
    said.textContent = held.length ? `${held[0].dataset.name} – ${held.at(-1).dataset.name}` : hint;
  };
  const stop = () => { from = null; show(); };

  bars.addEventListener("dragstart", (event) => event.preventDefault());
  bars.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    from = to = bar(event);
    drawn = false;
  });
  addEventListener("pointermove", (event) => {
    if (from === null) return;
    to = bar(event);
    drawn ||= to !== from;
    show();
  });
  addEventListener("pointerup", () => {
    const held = from !== null && drawn ? chosen() : [];
    stop();
    if (!held.length) return;
    const address = new URL(held[0].href.baseVal, location);
    address.searchParams.set("until", new URL(held.at(-1).href.baseVal, location).searchParams.get("until"));
    location.assign(address);
  });
  addEventListener("pointercancel", stop);
  bars.addEventListener("click", (event) => { if (drawn) event.preventDefault(); }, true);
}

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const dialog = find("dialog.keys");
const button = find(".keys-button");
const on = find(".keys-on");
on.checked = stored.get("keys") !== "off";
on.addEventListener("change", () => stored.set("keys", on.checked ? "on" : "off"));
button.hidden = false;
button.addEventListener("click", () => dialog.showModal());

const actions = {
  "/": () => { const box = find("#q"); box?.focus(); box?.select(); },
  "?": () => dialog.showModal(),
  j: () => hit(1),
  k: () => hit(-1),
  n: () => go(1),
  p: () => go(-1),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (typing || dialog.open || !on.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = actions[event.key];
  if (action) { event.preventDefault(); action(); }
});

// ── references ───────────────────────────────────────────────────────────────────────────────────────────────────────

const copy = find(".copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(find(".reference").textContent.trim());
    say(copy.dataset.done);
  });
}

// ── filters: on wide screens they stand open, also in browsers without ::details-content ─────────────────────────────

if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 60rem)").matches) {
  find(".filters > details")?.setAttribute("open", "");
}
