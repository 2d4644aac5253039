"use strict";
// Instant search. Text from notes and pages only ever becomes text nodes; links only known schemes.

const $ = (id) => document.getElementById(id);
const API = "/api/v1/";
const FACETS = ["source", "type", "folder", "tag", "domain", "after"];
const AGES = { "7d": "past week", "30d": "past month", "365d": "past year" };
const DELAY = 120, LIMIT = 30, BEFORE = 30, LINES = 400;
const wide = matchMedia("(min-width: 900px)");
const box = $("q"), mode = $("mode"), answer = $("answer"), preview = $("preview"), help = $("help");
let rows = [], current = -1, asking = null, reading = null, timer = 0, shown = null;

function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function safe(address) {
  const plain = (address || "").trim();
  return /^(https?:\/\/|obsidian:\/\/|\/(?!\/)|\?)/i.test(plain) ? plain : null;
}

// Offsets count code points; JavaScript's strings count halves of some.
function marked(text, spans) {
  const points = Array.from(text), nodes = [];
  let at = 0;
  for (const [start, end] of spans) {
    nodes.push(points.slice(at, start).join(""), make("mark", null, points.slice(start, end).join("")));
    at = end;
  }
  nodes.push(points.slice(at).join(""));
  return nodes;
}

const state = () => {
  const wanted = new URLSearchParams();
  if (box.value.trim()) wanted.set("q", box.value);
  if (mode.value) wanted.set("mode", mode.value);
  for (const chip of document.querySelectorAll(".chip.on")) wanted.append(chip.dataset.name, chip.dataset.value);
  return wanted;
};

function fromAddress() {
  const said = new URLSearchParams(location.search), wanted = new URLSearchParams();
  for (const name of ["q", "mode", "similar", "before", ...FACETS]) {
    for (const value of said.getAll(name)) if (value) wanted.append(name, value);
  }
  box.value = wanted.get("q") || "";
  mode.value = wanted.get("mode") || "";
  return wanted;
}

async function get(path, signal) {
  const response = await fetch(API + path, { signal, headers: { Accept: "application/json" } });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.error.message), { hint: body.error.hint });
  return body;
}

function address(wanted) {
  const said = new URLSearchParams(wanted);
  said.set("limit", LIMIT);
  if (wanted.has("similar")) return "similar?" + new URLSearchParams({ id: wanted.get("similar"), limit: LIMIT });
  const narrowed = ["q", "before", ...FACETS].some((name) => said.has(name));
  if (!narrowed) said.delete("mode");
  return (narrowed ? "search?" : "recent?") + said;
}

async function search(wanted, remember) {
  clearTimeout(timer);
  timer = 0;
  if (asking) asking.abort();
  const mine = (asking = new AbortController());
  if (remember) {
    const query = wanted.toString();
    history[remember === "push" ? "pushState" : "replaceState"](null, "", query ? "/?" + query : "/");
  }
  try {
    const found = await get(address(wanted), mine.signal);
    if (mine === asking) draw(found, wanted);
  } catch (error) {
    if (error.name !== "AbortError" && mine === asking) fail(error);
  }
}

function fail(error) {
  const lost = error instanceof TypeError;
  rows = [];
  answer.replaceChildren(
    make("p", { class: "note", role: "alert", id: "summary", dir: "auto" }, lost ? "The service does not answer." : error.message),
    make("p", null, lost ? "Is the daemon running? asterisk-search daemon start" : error.hint || ""),
  );
  select(-1);
}

function draw(found, wanted) {
  rows = found.results;
  const inList = document.activeElement.closest(".result") !== null;
  const notes = found.notices.map((text) => make("p", { class: "note", dir: "auto" }, text));
  answer.replaceChildren(
    make("nav", { id: "chips", "aria-label": "Filters" }, ...chips(found.facets || {}, wanted)),
    ...notes,
    make("p", { id: "summary", role: "status", dir: "auto" }, summary(found, wanted)),
    make("ol", { id: "results", "aria-label": "Results" }, ...rows.map(row)),
  );
  document.title = (wanted.get("q") || (found.of && found.of.title) || "") + (wanted.has("q") || found.of ? " · " : "") + "Asterisk Search";
  pending = found.index.pending;
  banner();
  current = -1;
  select(rows.length ? 0 : -1, inList);
}

function summary(found, wanted) {
  if (found.of) return `Like ${found.of.title}: ${rows.length} similar documents`;
  if (address(wanted).startsWith("recent")) return rows.length ? "Newest documents" : "Nothing is indexed yet.";
  if (!rows.length) return "Nothing found";
  return `${counted(found)} · ${Math.round(found.took_ms)} ms`;
}

// What the answer's total counts with words is all that was looked at, near or far: not said.
function counted(found) {
  const number = rows.length, weak = rows.filter((one) => one.confidence === "low").length, strong = number - weak;
  if (!rows[0].why.length) return number < found.total ? `The newest ${number} of ${found.total} documents` : `${number} document${number === 1 ? "" : "s"}`;
  if (!strong) return `${weak} weak result${weak === 1 ? "" : "s"}`;
  return `${weak || number < LIMIT ? "" : "The best "}${strong} result${strong === 1 ? "" : "s"}` + (weak ? `, ${weak} weaker` : "");
}

function chips(facets, wanted) {
  const made = [];
  for (const name of FACETS) {
    const taken = wanted.getAll(name);
    for (const value of taken) made.push(chip(name, value, null, wanted));
    if (name === "after" && taken.length) continue;
    for (const [value, number] of facets[name] || []) if (!taken.includes(value)) made.push(chip(name, value, number, wanted));
  }
  return made;
}

function chip(name, value, number, wanted) {
  const next = new URLSearchParams(wanted), on = number === null;
  next.delete(name);
  for (const other of wanted.getAll(name)) if (other !== value) next.append(name, other);
  if (!on) next.append(name, value);
  const said = name === "after" ? AGES[value] || value : name === "tag" ? "#" + value : value;
  const node = make("a", { class: on ? "chip on" : "chip", href: "/?" + next, "data-name": name, "data-value": value,
    title: (on ? "stop narrowing" : "narrow") + " to this " + ({ after: "time", domain: "site" }[name] || name) },
    make("span", { dir: "auto" }, said), on ? make("span", { "aria-hidden": "true" }, " ×") : make("small", null, number));
  node.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    search(next, "push");
    box.focus();
  });
  return node;
}

const readAt = (found) => "/read?" + new URLSearchParams({ id: found.id, line: found.line, end: found.end_line });
const target = (found) => safe(found.url) || snapshot(found) || readAt(found);

function snapshot(found) {
  if (found.kind !== "page") return null;
  return /^https?:\/\//i.test(found.url) ? safe(found.url) : "/snapshot/" + encodeURIComponent(found.id);
}

function actions(found, opens) {
  const links = [
    [opens ? (found.kind === "page" ? null : /^obsidian:/i.test(found.url) ? "Open in Obsidian" : null) : null, target(found)],
    ["Snapshot", snapshot(found)], ["Original", safe(found.original_url)], ["Wayback", safe(found.wayback_url)],
    ["Read", readAt(found)], ["Similar", "/?" + new URLSearchParams({ similar: found.id })],
  ];
  return make("p", { class: "actions" }, ...links.filter(([name, href]) => name && href).map(([name, href]) => make("a", { href, rel: "noreferrer" }, name)));
}

function row(found, place) {
  const name = [found.title, ...found.heading.filter((heading) => heading !== found.title)].join(" › ") || found.path;
  const day = found.created || (found.modified || "").slice(0, 10);
  // Where nothing was asked nothing was scored.
  const facts = [found.kind, found.why.length ? null : "", found.domain || found.source, day].filter((fact) => fact !== "");
  const line = make("p", { class: "facts" });
  facts.forEach((fact, number) => {
    if (number) line.append(" · ");
    line.append(fact === null ? make("b", { class: found.confidence, title: "confidence: " + found.confidence }, found.score.toFixed(2)) : fact);
  });
  const node = make("li", { class: "result " + found.confidence },
    make("h2", null, make("a", { class: "title", href: target(found), dir: "auto", rel: "noreferrer" }, name)),
    line,
    make("p", { class: "where" }, make("span", { class: "path", dir: "auto" }, found.kind === "page" ? found.path : `${found.path}:${found.line}`),
      ...found.tags.slice(0, 8).map((tag) => make("span", { class: "tag", dir: "auto" }, "#" + tag))),
    make("p", { class: "snippet", dir: "auto" }, ...marked(found.snippet, found.highlights)),
    actions(found, false));
  node.addEventListener("focusin", () => select(place));
  node.addEventListener("click", (event) => {
    if (event.target.closest("a") || String(getSelection())) return;
    select(place, true);
  });
  return node;
}

function select(place, focus) {
  const nodes = document.querySelectorAll(".result");
  if (nodes[current]) { nodes[current].classList.remove("current"); nodes[current].removeAttribute("aria-current"); }
  current = place;
  const node = nodes[place];
  if (!node) {
    shown = null;
    preview.hidden = true;
    document.body.classList.remove("previewed");
    return;
  }
  node.classList.add("current");
  node.setAttribute("aria-current", "true");
  if (focus) node.querySelector(".title").focus();
  if (wide.matches) look(rows[place]);
}

async function look(found) {
  if (shown === found.id) return;
  shown = found.id;
  if (reading) reading.abort();
  const mine = (reading = new AbortController());
  const first = Math.max(1, found.line - BEFORE);
  const whole = encodeURIComponent(found.id.replace(/#\d+$/, ""));
  let body;
  try {
    body = await get(`document/${whole}?line=${first}&lines=${LINES}`, mine.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    body = { text: found.snippet, line: found.line, end_line: found.line, lines: 0, notices: [error.message] };
  }
  if (shown !== found.id) return;
  preview.replaceChildren(
    make("h2", { dir: "auto" }, found.title),
    make("p", { class: "where", dir: "auto" }, [found.source, found.path].join(" · ")),
    actions(found, true),
    ...body.notices.map((text) => make("p", { class: "note", dir: "auto" }, text)),
    make("div", { class: "text", dir: "auto", tabindex: "0", role: "region", "aria-label": "Text" }, ...inContext(body, found)));
  preview.hidden = false;
  document.body.classList.add("previewed");
  const chunk = preview.querySelector(".chunk");
  preview.scrollTop = chunk ? Math.max(0, chunk.offsetTop - preview.clientHeight / 4) : 0;
}

// The lines around the passage, the passage itself set off, its best sentence marked.
function inContext(body, found) {
  const text = body.text, lines = text.split("\n"), through = (line) => lines.slice(0, Math.max(line - body.line + 1, 0)).join("\n").length;
  let from = found.line > body.line ? through(found.line - 1) + 1 : 0, to = through(found.end_line);
  if (found.line === found.end_line) {
    // Pages and boards have no lines of their own: where the text says what the snippet says.
    const [start, end] = best(text, found.snippet);
    if (end > start) [from, to] = [text.slice(0, start).lastIndexOf("\n") + 1, (text + "\n").indexOf("\n", end)];
  }
  const before = text.slice(0, from), passage = text.slice(from, to), after = text.slice(to + 1);
  const [start, end] = found.why.length ? sentence(passage, found) : [0, 0];
  const more = body.lines > body.end_line ? "\n…" : "";
  return [before, make("span", { class: "chunk" }, passage.slice(0, start), end > start ? make("mark", null, passage.slice(start, end)) : "", passage.slice(end)), after + more];
}

// The sentence of the passage, among those that the snippet shows, that says most of the words; or
// the first of them, with which a snippet begins that was chosen by its meaning.
function sentence(passage, found) {
  const [start, end] = best(passage, found.snippet);
  if (end <= start || !Intl.Segmenter) return [start, end];
  const points = Array.from(found.snippet), said = new Set(found.highlights.map(([from, to]) => points.slice(from, to).join("").toLowerCase()));
  const asked = (box.value.match(/[\p{L}\p{N}]{4,}/gu) || []).length, wordy = said.size && said.size >= 0.6 * asked;
  const unwrapped = passage.replace(/(?<=[^\n]{50})\n(?=[^\s\-*+#>|])/g, " ");
  let chosen = null, most = -1;
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "sentence" }).segment(unwrapped)) {
    const text = segment.trimEnd(), first = index + /^\s*(?:[-*+>#]+\s+)?/.exec(text)[0].length, last = index + text.length;
    if (last <= start || first >= end || first >= last) continue;
    const lower = segment.toLowerCase(), number = wordy ? Array.from(said).filter((word) => lower.includes(word)).length : 0;
    if (number > most) [chosen, most] = [[first, last], number];
  }
  return chosen && chosen[1] - chosen[0] <= 600 ? chosen : [start, end];
}

// Where the passage says what the snippet says: the longest run of words that both have.
function best(text, snippet) {
  const words = (from) => Array.from(from.matchAll(/[\p{L}\p{N}]+/gu)).slice(0, 3000);
  const here = words(text), there = words(snippet).slice(0, 120);
  let length = 0, last = 0, runs = [];
  for (let i = 0; i < here.length; i++) {
    const next = [];
    for (let j = 0; j < there.length; j++) {
      if (here[i][0] !== there[j][0]) continue;
      next[j] = (j ? runs[j - 1] || 0 : 0) + 1;
      if (next[j] > length) { length = next[j]; last = i; }
    }
    runs = next;
  }
  if (!length) return [0, 0];
  const end = here[last].index + here[last][0].length, tail = /^[^\s\p{L}\p{N}]{1,3}(?=\s|$)/u.exec(text.slice(end));
  return [here[last - length + 1].index, end + (tail ? tail[0].length : 0)];
}

function follow(found, apart) {
  const href = target(found);
  if (/^obsidian:/i.test(href)) location.href = apart ? href + "&paneType=tab" : href;
  else if (apart) window.open(href, "_blank", "noopener,noreferrer");
  else location.href = href;
}

function move(step) {
  if (!rows.length) return;
  const focused = document.activeElement && document.activeElement.closest(".result");
  const next = focused ? current + step : step > 0 ? 0 : rows.length - 1;
  if (next < 0) { box.focus(); box.select(); return; }
  select(Math.min(next, rows.length - 1), true);
  document.querySelectorAll(".result")[current].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || help.open) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName), inBox = document.activeElement === box;
  const inList = document.activeElement.closest(".result");
  const plain = !event.ctrlKey && !event.metaKey;
  if (event.key === "/" && !typing && plain) { box.focus(); box.select(); }
  else if ((event.key === "?" && !typing && plain) || event.key === "F1") help.showModal();
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && plain && (inBox || inList || !typing && !document.activeElement.closest("#preview"))) move(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && (inBox || (inList && document.activeElement.matches(".title"))) && (rows[current] || inBox)) {
    if (inBox && timer) search(state(), "replace");
    else if (rows[current]) follow(rows[current], !plain);
  }
  else if (event.key === "Escape") {
    if (inBox && box.value) { box.value = ""; search(state(), "replace"); }
    else { box.focus(); box.select(); }
  }
  else return;
  event.preventDefault();
});

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => { timer = 0; search(state(), "replace"); }, DELAY);
});
mode.addEventListener("change", () => search(state(), "replace"));
box.form.addEventListener("submit", (event) => { event.preventDefault(); search(state(), "push"); });
addEventListener("popstate", () => search(fromAddress()));
wide.addEventListener("change", () => { shown = null; select(current); });
$("keys").addEventListener("click", () => help.showModal());

// What is going on: asked often only while something is.
let pending = 0, standing = null;

function banner() {
  const texts = [];
  if (standing) {
    if (standing.phase) texts.push(`Indexing: ${standing.phase}` + (standing.total ? ` ${standing.done} of ${standing.total} ${standing.unit}` : ""));
    if (standing.waiting) texts.push(`${standing.waiting} changed files waiting`);
    if (standing.paused) texts.push(`Indexing waits: ${standing.paused}`);
    if (standing.degraded) texts.push(`Search by meaning is off: ${standing.degraded}`);
    if (standing.error) texts.push(standing.error);
  }
  if (pending) texts.push(`${pending} passages pending`);
  $("banner").textContent = texts.join(" · ");
  $("banner").hidden = !texts.length;
}

async function watch() {
  if (!document.hidden) {
    try {
      standing = await get("progress");
      banner();
    } catch { standing = null; }
  }
  setTimeout(watch, standing && (standing.phase || standing.waiting) ? 1500 : 10000);
}

async function count() {
  try {
    const sources = (await get("sources")).sources;
    const documents = sources.reduce((sum, source) => sum + source.documents, 0);
    $("state").textContent = `${documents.toLocaleString()} documents in ${sources.map((source) => source.name).join(", ") || "no source"}`;
  } catch { $("state").textContent = ""; }
}

document.documentElement.classList.add("scripted");
$("keys").hidden = false;
if (location.pathname === "/") search(fromAddress());
else box.form.addEventListener("submit", () => { location.href = "/?" + state(); }, true);
watch();
count();
