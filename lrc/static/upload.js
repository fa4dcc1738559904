// Files are chosen, dragged here or photographed; each has a line of its own that tells how far it is, and is described
// while it travels. Without this, and where it cannot work, the form just sends one file.
const form = document.querySelector("form[data-upload]");
const words = JSON.parse(form.dataset.words);
const chosen = form.elements.file;
const fields = form.querySelector("[data-fields]");
const lines = form.querySelector("[data-lines]");
const said = form.querySelector("[data-said]");
const which = form.querySelector("[data-which]");
const button = form.querySelector("button.primary");
const usual = button.innerHTML;
const NAMES = (form.dataset.names ?? "title description language license audience source").split(" ");
const replaces = Number(form.dataset.replaces) || undefined; // the material that one file is for
// Names of kinds that are never read: told before all of such a file has travelled for nothing.
const FOREIGN = /\.(7z|amr|apk|avi|bmp|doc|exe|flv|gif|hei[cf]|od[ps]|ppt|psd|pub|rar|rtf|svg|tiff?|wav|wm[av]|xls)$/i;
const isOptional = !chosen.required;
const items = [];
let isPlain = false;

const locale = document.documentElement.lang === "es" ? "es-PE" : document.documentElement.lang;
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(locale, { style: "percent" });
const size = (bytes) => (bytes < 1e6 ? `${number.format(Math.ceil(bytes / 1e3))} kB` : `${number.format(bytes / 1e6)} MB`);
const told = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

async function take(files) {
  let sender;
  try {
    sender = await import(form.dataset.sender);
  } catch {
    return; // the form sends what was chosen by itself
  }
  if (replaces) for (const item of [...items]) drop(item);
  for (const file of replaces ? files.slice(0, 1) : files) if (!isPlain) add(file, sender);
  chosen.required = items.length === 0 && !isOptional;
  describeNext();
  keepAwake();
}

function add(file, { Carrier }) {
  const line = document.getElementById("line").content.firstElementChild.cloneNode(true);
  const item = { file, line, isOver: false, isDescribed: false, address: "" };
  for (const each of ["bar", "share", "state", "pause", "drop"]) item[each] = line.querySelector(`[data-${each}]`);
  line.querySelector("[data-name]").textContent = file.name;
  line.querySelector("[data-size]").textContent = size(file.size);
  item.bar.setAttribute("aria-label", told(words.bar, { name: file.name }));
  label(item.drop, words.drop, item);
  item.drop.addEventListener("click", () => drop(item));
  item.pause.addEventListener("click", () => (item.isHalted ? item.carrier.resume() : item.carrier.pause()));
  items.push(item);
  lines.append(line);
  lines.hidden = false;
  if (file.size === 0) end(item, words.empty);
  else if (FOREIGN.test(file.name)) end(item, words.foreign);
  else if (file.size > Number(form.dataset.maxBytes)) end(item, words.tooLarge);
  else {
    const { begin, hasher } = form.dataset;
    const door = { begin, hasher, token: form.elements.csrf_token.value, replaces };
    item.carrier = new Carrier(file, door, (state, more) => hear(item, state, more));
    item.carrier.run();
    item.carrier.begun.then(({ token }) => goOn(token)).catch(() => {});
  }
}

// What was left half done and is here again, is told of in its line.
function goOn(token) {
  const left = document.getElementById(`upload-${token}`);
  const section = left?.closest("section");
  left?.remove();
  if (section && !section.querySelector("li")) section.remove();
}

// On the screen its line says which file a button is about.
function label(button, text, item) {
  button.textContent = text;
  button.setAttribute("aria-label", `${text}: ${item.file.name}`);
}

function hear(item, state, more) {
  if (item.isOver) return;
  if (state === "unable") return turnPlain();
  if (state === "twin") return end(item, words.twin, more.twin);
  if (state === "refused") return end(item, reason(more));
  if (state === "arrived") return arrive(item, more.resource);
  item.isHalted = state === "paused" || state === "waiting";
  item.pause.hidden = state === "hashing" || state === "joining";
  label(item.pause, item.isHalted ? words.resume : words.pause, item);
  say(item, words[state]);
  if (typeof more === "number") {
    item.bar.value = more;
    const parts = { percent: percent.format(more), done: size(more * item.file.size), all: size(item.file.size) };
    item.share.textContent = state === "sending" ? told(words.share, parts) : parts.percent;
  }
}

function say(item, sentence) {
  if (item.state.textContent !== sentence) item.state.textContent = sentence; // or it would be read out again
}

function reason(error) {
  if (error.told?.isUnreadable) return words.unreadable;
  if (error.status === 401) return words.ended;
  return error.told ? `${error.told.message} ${error.told.advice}` : words.failed;
}

// Nothing more happens to this file.
function end(item, sentence, link) {
  item.isOver = true;
  item.bar.hidden = item.share.hidden = item.pause.hidden = true;
  say(item, sentence);
  if (link) {
    const way = document.createElement("a");
    way.href = link.address;
    way.textContent = link.title;
    item.state.append(" ", way);
  }
  describeNext();
}

function arrive(item, address) {
  item.bar.value = 1;
  item.share.textContent = percent.format(1);
  item.pause.hidden = true;
  item.hasArrived = true;
  if (address) become(item, address);
  else if (!item.isDescribed) say(item, words.arrived);
}

function become(item, address) {
  item.address = address;
  item.drop.hidden = true;
  end(item, words.done, { address, title: words.look });
  if (items.length === 1) location.assign(address);
}

function drop(item) {
  item.isOver = true;
  item.carrier?.drop();
  item.line.remove();
  items.splice(items.indexOf(item), 1);
  lines.hidden = items.length === 0;
  chosen.required = items.length === 0 && !isOptional;
  if (items.length === 0) chosen.value = "";
  describeNext();
  chosen.focus();
}

const waits = (item) => !item.isOver && !item.isDescribed;

// Which file the fields are about; with the last one described, what is left to do.
function describeNext() {
  const item = items.find(waits);
  const rest = items.filter(waits).length;
  const isMany = items.length > 1;
  fields.hidden = items.length > 0 && !item;
  button.hidden = fields.hidden;
  which.textContent = item && isMany ? told(words.which, { name: item.file.name, count: rest }) : "";
  which.hidden = !which.textContent;
  if (rest > 1) button.textContent = words.next;
  else button.innerHTML = usual;
  const isAllThere = items.length > 0 && items.every((each) => each.isOver);
  if (fields.hidden) said.textContent = isAllThere ? (items.some((each) => each.address) ? words.allDone : "") : words.stay;
}

function clear() {
  for (const error of fields.querySelectorAll(".error")) error.remove();
  for (const field of fields.querySelectorAll(".has-error")) field.classList.remove("has-error");
  for (const input of fields.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", `${input.id}-hint`);
  }
}

function complain(errors) {
  for (const [name, sentence] of Object.entries(errors)) {
    const input = fields.querySelector(`[name="${name}"]`);
    const field = input.closest(".field, .choices");
    const error = document.createElement("p");
    Object.assign(error, { className: "error", id: `${name}-error`, textContent: sentence });
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${name}-hint ${error.id}`);
    field.classList.add("has-error");
    field.append(error);
  }
  fields.querySelector(".has-error :is(input, select, textarea)")?.focus();
}

async function describe(item) {
  const typed = Object.fromEntries(NAMES.map((name) => [name, form.elements[name]?.value ?? ""]));
  clear();
  button.disabled = true;
  said.textContent = words.moment;
  try {
    const { resource } = await item.carrier.describe(typed);
    said.textContent = "";
    item.isDescribed = true;
    if (resource && !item.address) become(item, resource);
    for (const name of ["title", "description"]) if (form.elements[name]) form.elements[name].value = "";
    describeNext();
    if (items.some(waits)) form.elements.title.focus();
  } catch (error) {
    said.textContent = error.told && !error.told.errors ? reason(error) : "";
    if (error.told?.errors) complain(error.told.errors);
    describeNext();
  } finally {
    button.disabled = false;
  }
}

// Parts cannot be sent from here: the form sends one file, as it does without this script.
function turnPlain() {
  isPlain = true;
  for (const item of items) {
    item.isOver = true;
    item.carrier?.drop();
    item.line.remove();
  }
  items.length = 0;
  chosen.multiple = false;
  chosen.required = !isOptional;
  if (chosen.files.length > 1) chosen.value = "";
  describeNext();
  said.textContent = words.plain;
}

form.addEventListener("submit", (event) => {
  if (isPlain || items.length === 0) return;
  event.preventDefault();
  const item = items.find(waits);
  if (item) describe(item);
});
chosen.addEventListener("change", () => take([...chosen.files]));
chosen.multiple = !replaces;

const camera = document.getElementById("camera");
const photograph = form.querySelector("[data-photograph]");
photograph.hidden = !matchMedia("(pointer: coarse)").matches;
photograph.addEventListener("click", () => camera.click());
camera.addEventListener("change", () => take([...camera.files]));

const zone = form.querySelector("[data-zone]");
form.querySelector("[data-dragging]").hidden = !matchMedia("(pointer: fine)").matches;
for (const kind of ["dragenter", "dragover"]) {
  zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
const isBusy = () => items.some((item) => !item.isOver && !item.hasArrived);
window.addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault();
});
// A phone whose screen goes dark would stop sending; where keeping it lit is not allowed, it goes on when it is lit again.
async function keepAwake() {
  const isPossible = window === window.top && !document.hidden; // frames would have to be allowed to
  if (isPossible && isBusy()) await navigator.wakeLock?.request("screen").catch(() => {});
}
document.addEventListener("visibilitychange", keepAwake);
