// The page view of a PDF: draws one page with pdf.js, fetching only the ranges of the file that this page needs.
const viewer = document.getElementById("viewer");
const said = document.getElementById("reader-said");
const CHUNK = 65536; // bytes a range request
const MOST_PIXELS = 12e6; // of a canvas; phones refuse much more
const STEP = 1.25;

let pdfjs;
let opened; // the document, once there
let link = viewer.dataset.link;
let number = Number(viewer.dataset.page);
let zoom = 1;
let drawing;
let hits = []; // the marks of the words, each the boxes of one place
let hit = -1; // the one that is looked at
let hitPage; // where that is
let fromEnd = false; // whether one comes to a page from the one after it, looking for the words
let turn = 0; // counts what was asked for, so that only the latest is shown

function say(words) {
  said.textContent = words;
  said.hidden = !words;
}

function isSlow() {
  const connection = navigator.connection;
  return Boolean(connection) && (connection.saveData || ["slow-2g", "2g", "3g"].includes(connection.effectiveType));
}

function vendor(name) {
  return new URL(name, new URL(viewer.dataset.library, location.href)).href;
}

// One range of the file. Whatever is wrong the first time may be a link that has run out (some servers refuse it in a
// way that looks like no answer at all), so it is tried again with a fresh one.
async function range(begin, end) {
  const bytes = await ranged(begin, end).catch(() => null);
  if (bytes) return bytes;
  const fresh = await fetch(viewer.dataset.fresh, { headers: { Accept: "application/json" } });
  if (!fresh.ok) throw new Error(`no fresh link: ${fresh.status}`);
  link = (await fresh.json()).link;
  return ranged(begin, end);
}

async function ranged(begin, end) {
  const answer = await fetch(link, { headers: { Range: `bytes=${begin}-${end - 1}` } });
  if (answer.status === 206) return new Uint8Array(await answer.arrayBuffer());
  await answer.body?.cancel(); // an error, or the whole file from a server that knows no ranges
  throw new Error(`the file answers ${answer.status}`);
}

// The file as pdf.js asks for it, range by range. `broken` fails when a range cannot be had.
async function open() {
  pdfjs ??= await import(viewer.dataset.library);
  pdfjs.GlobalWorkerOptions.workerSrc = viewer.dataset.worker;
  const source = new pdfjs.PDFDataRangeTransport(Number(viewer.dataset.size), null);
  const broken = new Promise((_, fail) => {
    source.requestDataRange = (begin, end) =>
      range(begin, end).then((bytes) => source.onDataRange(begin, bytes), fail);
  });
  broken.catch(() => {}); // may fail when nobody waits for it
  const loading = pdfjs.getDocument({
    range: source,
    rangeChunkSize: CHUNK,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    useWasm: false, // the content security policy allows none
    wasmUrl: vendor("wasm/"),
    cMapUrl: vendor("cmaps/"),
    iccUrl: vendor("iccs/"),
    standardFontDataUrl: vendor("standard_fonts/"),
  });
  return { pdf: await Promise.race([loading.promise, broken]), broken, loading };
}

async function draw(mine) {
  opened ??= await open();
  const page = await Promise.race([opened.pdf.getPage(number), opened.broken]);
  if (mine !== turn) return;
  const natural = page.getViewport({ scale: 1 });
  const shown = (Math.max(viewer.clientWidth - 4, 200) / natural.width) * zoom;
  const room = Math.sqrt(MOST_PIXELS / (natural.width * natural.height));
  const viewport = page.getViewport({ scale: Math.min(shown * Math.min(devicePixelRatio || 1, 2), room) });
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.width = `${Math.floor(natural.width * shown)}px`;
  canvas.style.height = `${Math.floor(natural.height * shown)}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", viewer.getAttribute("aria-label"));
  sheet.append(canvas);
  drawing?.cancel();
  drawing = page.render({ canvas, viewport });
  await Promise.race([drawing.promise, opened.broken]);
  if (mine !== turn) return;
  viewer.querySelector(".sheet")?.remove();
  viewer.append(sheet);
  say("");
  await write(page, sheet, shown);
  if (mine !== turn) return;
  markHits(sheet);
  viewer.dataset.drawn = number;
  viewer.dispatchEvent(new CustomEvent("lrc:drawn"));
}

// The page's words above its picture, unseen: to be chosen, copied and read aloud.
async function write(page, sheet, shown) {
  const layer = document.createElement("div");
  layer.className = "textLayer";
  sheet.style.setProperty("--total-scale-factor", shown);
  sheet.append(layer);
  const words = new pdfjs.TextLayer({
    textContentSource: page.streamTextContent({ includeMarkedContent: true, disableNormalization: true }),
    container: layer,
    viewport: page.getViewport({ scale: shown }),
  });
  await Promise.race([words.render(), opened.broken]);
}

// Any of the words' forms, also where a line ends within one.
function pattern(forms) {
  const escaped = forms.map((form) =>
    [...form].map((each) => (/\s/.test(each) ? "\\s+" : each.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))).join("(?:[-\u00ad\u0002]?\\n)?"),
  );
  return new RegExp(`(^|[^\\p{L}\\p{N}])(${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

function markHits(sheet) {
  hits = [];
  const forms = JSON.parse(viewer.dataset.forms || "[]");
  if (forms.length) {
    const places = [];
    let words = "";
    const walker = document.createTreeWalker(sheet.querySelector(".textLayer"), NodeFilter.SHOW_ALL);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeName === "BR") words += "\n";
      if (node.nodeType !== Node.TEXT_NODE) continue;
      places.push([words.length, node]);
      words += node.data;
    }
    for (const found of words.matchAll(pattern(forms))) {
      const start = found.index + found[1].length;
      hits.push(box(sheet, rangeIn(places, start, start + found[2].length)));
    }
  }
  const again = hitPage === number; // the same page may only be drawn in another size
  if (!again) hit = fromEnd ? hits.length - 1 : 0;
  hit = Math.min(hit, hits.length - 1);
  [hitPage, fromEnd] = [number, false];
  showHits();
  if (!again && !(Number(viewer.dataset.at) > 0)) bringHit();
}

// Whoever comes for the words is led to them, where they lie outside the window; the next tab key still begins above.
function bringHit() {
  const { top, bottom } = hits[hit]?.[0]?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
  if (top < 0 || bottom > innerHeight) scrollBy(0, (top + bottom - innerHeight) / 2);
}

// The range of characters in text nodes, each of which is known by where it begins.
function rangeIn(places, start, end) {
  const range = document.createRange();
  const holding = (at) => places.filter(([from]) => from <= at).pop();
  const [from, first] = holding(start);
  const [to, last] = holding(end - 1);
  range.setStart(first, start - from);
  range.setEnd(last, Math.min(end - to, last.length));
  return range;
}

function box(sheet, range) {
  const around = sheet.getBoundingClientRect();
  return [...range.getClientRects()].filter((each) => each.width > 0).map((each) => {
    const mark = document.createElement("span");
    mark.className = "hit";
    mark.style.left = `${each.left - around.left}px`;
    mark.style.top = `${each.top - around.top}px`;
    mark.style.width = `${each.width}px`;
    mark.style.height = `${each.height}px`;
    sheet.append(mark);
    return mark;
  });
}

function showHits() {
  const panel = document.getElementById("reader-hits");
  panel.hidden = !hits.length;
  document.getElementById("reader-count").textContent = `${hit + 1} / ${hits.length}`;
  hits.forEach((marks, number) => marks.forEach((each) => each.classList.toggle("is-current", number === hit)));
}

// To the next or previous place of the words on this page, and from the last to the next page that has them.
function toHit(by) {
  if (hit + by < 0 || hit + by >= hits.length) {
    document.querySelector(`#reader-turn [data-hit="${by}"]`)?.click();
    return;
  }
  hit += by;
  hits[hit][0]?.scrollIntoView({ block: "center", inline: "nearest" });
  showHits();
}

async function show() {
  const mine = ++turn;
  if (!viewer.querySelector(".sheet")) say(viewer.dataset.opening);
  try {
    await draw(mine);
  } catch (trouble) {
    if (mine !== turn || trouble?.name === "RenderingCancelledException") return;
    opened?.loading.destroy();
    opened = undefined; // the next page tries anew
    say(trouble instanceof TypeError || navigator.onLine === false ? viewer.dataset.offline : viewer.dataset.failed);
    console.warn(trouble);
  }
}

// Turns the page in place: the drawing from the open file, all words and links from the server's page.
async function go(address, remember) {
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    say(viewer.dataset.offline);
    return;
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const itsViewer = next.getElementById("viewer");
  if (!answer.ok || !itsViewer) {
    location.assign(address);
    return;
  }
  if (remember) history.pushState(null, "", address);
  document.title = next.title;
  const focused = document.activeElement?.rel;
  for (const part of ["reader-turn", "reader-text", "reader-links"]) {
    document.getElementById(part).replaceWith(document.adoptNode(next.getElementById(part)));
  }
  if (focused) document.querySelector(`#reader-turn [rel="${focused}"]`)?.focus();
  for (const name of ["page", "text", "forms"]) viewer.dataset[name] = itsViewer.dataset[name];
  viewer.setAttribute("aria-label", itsViewer.getAttribute("aria-label"));
  number = Number(viewer.dataset.page);
  viewer.scrollTo(0, 0);
  await show();
}

function listen() {
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-turn]");
    if (!target || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fromEnd = target.dataset.hit === "-1";
    go(target.href, true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("input, textarea, select")) return;
    const rel = { ArrowLeft: "prev", PageUp: "prev", ArrowRight: "next", PageDown: "next" }[event.key];
    const wide = viewer.scrollWidth > viewer.clientWidth + 2;
    if (rel && !(wide && event.key.startsWith("Arrow"))) document.querySelector(`#reader-turn [rel="${rel}"]`)?.click();
    else if (viewer.contains(event.target) && "+-".includes(event.key)) resize(event.key === "+" ? "in" : "out");
    else return;
    event.preventDefault();
  });
  document.getElementById("reader-size").addEventListener("click", (event) => {
    const way = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (way) resize(way);
  });
  document.getElementById("reader-hits").addEventListener("click", (event) => {
    const by = event.target.closest("[data-by]")?.dataset.by;
    if (by) toHit(Number(by));
  });
  window.addEventListener("popstate", () => go(location.href, false));
  let waiting;
  let width = viewer.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(viewer.clientWidth - width) < 8) return;
    width = viewer.clientWidth;
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  }).observe(viewer);
}

function resize(way) {
  zoom = { in: Math.min(zoom * STEP, 5), out: Math.max(zoom / STEP, 0.4), fit: 1 }[way];
  show();
}

if (isSlow() && !("chosen" in viewer.dataset)) {
  location.replace(viewer.dataset.text);
} else {
  for (const each of document.querySelectorAll("[data-zoom]")) each.hidden = false;
  listen();
  show();
}
