// Keeps a lesson while it is written: every keystroke in this browser, and soon after on the server. What is said about
// it is what the server, or the browser, has answered; without this the form just works.
const form = document.getElementById("lesson");
const says = form.dataset;
const text = form.elements.text;
const FIELDS = ["title", "minutes", "text"];
const QUIET_MS = 2500; // after the last keystroke
const LONGEST_MS = 15000; // while somebody types on
const SHORTEST_PAUSE_MS = 900; // before the preview is asked for
const LONGEST_WAIT_MS = 20000; // for an answer
const AGAIN_MS = [3000, 8000, 20000];

const prefix = `lrc-writing:${says.person}:${says.resource}:${says.part}:`;
const ownKey = prefix + newId();
let basedOn = Number(form.elements.based_on.value);
// What the server has: what the page came with, not what somebody typed, or the browser put back, before this ran.
let saved = "unsaved" in says ? "" : JSON.stringify(FIELDS.map((name) => form.elements[name].defaultValue));
let sending = null; // {uid, content, basedOn}: sent, and not known to have arrived
let isAway = false; // being sent at this moment
let timer = 0;
let changedAt = 0;
let failures = 0;

// As crypto.randomUUID, which browsers have only where the address is https.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
}

function typed() {
  return JSON.stringify(FIELDS.map((name) => form.elements[name].value));
}

// This browser's own copy, where it lets us keep one.
const copies = {
  put(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // There is none.
    }
  },
  others() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== ownKey);
    } catch {
      return [];
    }
  },
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
};

function keepCopy() {
  if (typed() === saved && !sending) {
    copies.drop(ownKey);
    return true;
  }
  return copies.put(ownKey, { content: typed(), basedOn, sending, at: Date.now() });
}

// Who listens to the page is told when something is wrong, and when it is right again; not of every save.
const state = form.querySelector("[data-state]");
const told = form.querySelector("[data-told]");
let isWrong = false;
function say(kind, words) {
  if (state.textContent !== words) state.textContent = words;
  state.dataset.kind = kind;
  const isUsual = kind === "saved" || words === says.typing || words === says.saving;
  if (!isUsual || (isWrong && kind === "saved")) {
    if (told.textContent !== words) told.textContent = words;
    isWrong = !isUsual;
  }
}

function changed() {
  const isKept = keepCopy();
  if (typed() === saved && !sending) return;
  if (failures === 0) say("pending", says.typing);
  else if (!isKept) say("pending", says.offlineUnkept);
  if (!changedAt) changedAt = Date.now();
  if (isAway || failures > 0) return;
  plan(Math.min(QUIET_MS, Math.max(0, changedAt + LONGEST_MS - Date.now())));
}

function plan(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function save() {
  clearTimeout(timer);
  if (isAway) return;
  if (!sending) {
    if (typed() === saved) return;
    sending = { uid: newId(), content: typed(), basedOn };
  }
  keepCopy();
  isAway = true;
  changedAt = 0;
  if (failures === 0) say("pending", says.saving);
  try {
    await send();
  } catch (trouble) {
    failed(trouble);
  } finally {
    isAway = false;
  }
}

class Trouble extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

// The same save again and again, with the same id, until the server has answered: only then comes what was typed since.
async function send() {
  const [title, minutes, words] = JSON.parse(sending.content);
  const body = { title, minutes, text: words, uid: sending.uid, based_on: sending.basedOn, person: Number(says.person) };
  const answer = await ask(form.action, body);
  saved = sending.content;
  sending = null;
  failures = 0;
  if (answer.conflict) {
    offerComparing(answer.conflict);
  } else {
    basedOn = answer.revision;
    form.elements.based_on.value = String(basedOn);
    form.elements.uid.value = newId();
    say(typed() === saved ? "saved" : "pending", typed() === saved ? answer.said : says.typing);
  }
  keepCopy();
  if (typed() !== saved) plan(QUIET_MS);
}

async function ask(address, body, isAgain = false) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(LONGEST_WAIT_MS),
  });
  if (response.ok && !response.redirected) return address === form.action ? response.json() : response.text();
  // A page that was opened in a visit that is over has an old token; a new visit to the same course has another.
  if ((response.status === 400 || response.status === 409) && !isAgain && (await renewToken())) {
    return ask(address, body, true);
  }
  const answer = await response.json().catch(() => ({}));
  throw new Trouble(response.redirected ? 401 : response.status, answer.message);
}

async function renewToken() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("#lesson input[name=csrf_token]")?.value;
  if (!token || token === form.elements.csrf_token.value) return false;
  for (const each of document.querySelectorAll("input[name=csrf_token]")) each.value = token;
  return true;
}

function failed(trouble) {
  const isKept = keepCopy();
  const status = trouble instanceof Trouble ? trouble.status : 0;
  if (status === 413 || status === 422) {
    // It will never be taken as it is: what is typed next is tried anew.
    sending = null;
    keepCopy();
    say("pending", text.value.length > Number(says.most) ? says.long : `${says.refused} ${trouble.message}`);
    return;
  }
  failures += 1;
  if (status === 401) say("pending", says.ended);
  else if (status === 403 || status === 404) say("pending", `${says.refused} ${trouble.message}`);
  else say("pending", isKept ? says.offline : says.offlineUnkept);
  plan(AGAIN_MS[Math.min(failures, AGAIN_MS.length) - 1]);
}

const link = form.querySelector("[data-conflict-link]");
function offerComparing(address) {
  link.href = address;
  link.hidden = false;
  say("pending", says.conflict);
}

// Texts that another page of this browser left behind: a tab that was closed, or a browser that was.
async function findLost() {
  const held = navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : [];
  for (const key of copies.others()) {
    const copy = copies.get(key);
    if (held.includes(key)) continue;
    if (!copy || copy.content === saved) copies.drop(key);
    else return offerLost(key, copy);
  }
}

const lost = document.getElementById("lost");
function offerLost(key, copy) {
  const time = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  lost.querySelector("[data-lost]").textContent = says.found.replace("%s", time);
  lost.querySelector("[data-lost-text]").textContent = JSON.parse(copy.content)[2];
  lost.querySelector("[data-take]").onclick = () => {
    const values = JSON.parse(copy.content);
    FIELDS.forEach((name, at) => (form.elements[name].value = values[at]));
    // Written on an older text it will be compared with what is there now.
    basedOn = Math.min(copy.basedOn, basedOn);
    sending = copy.sending;
    if (keepCopy()) copies.drop(key);
    lost.hidden = true;
    changed();
    preview();
    text.focus();
  };
  lost.querySelector("[data-drop]").onclick = () => {
    copies.drop(key);
    lost.hidden = true;
    text.focus();
    findLost();
  };
  lost.hidden = false;
}

// What students will see, a moment after the last keystroke.
const shown = document.getElementById("preview");
let previewTimer = 0;
let shownText = "";
let previews = 0;
let previewPause = SHORTEST_PAUSE_MS;
async function preview() {
  clearTimeout(previewTimer);
  const content = typed();
  if (content === shownText) return;
  const [title, minutes, words] = JSON.parse(content);
  const number = ++previews;
  const began = performance.now();
  try {
    const html = await ask(says.preview, { title, minutes, text: words });
    previewPause = Math.max(SHORTEST_PAUSE_MS, 3 * (performance.now() - began)); // a long lesson is work for the server
    if (number !== previews) return;
    shown.innerHTML = html;
    shownText = content;
  } catch {
    if (!shownText) shown.textContent = says.shownFailed;
  }
}

form.addEventListener("input", () => {
  changed();
  clearTimeout(previewTimer);
  previewTimer = setTimeout(preview, previewPause);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.hasAttribute("data-preview-button")) preview();
  else save();
});
addEventListener("online", () => plan(0));
addEventListener("pagehide", keepCopy);
addEventListener("beforeunload", (event) => {
  if (typed() !== saved && !keepCopy()) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && typed() !== saved && failures === 0) save();
});
// A page that was kept as it was left may be older than what the server has by now.
addEventListener("pageshow", (event) => {
  if (event.persisted && typed() === saved && !sending) location.reload();
});
navigator.locks?.request(ownKey, () => new Promise(() => {})).catch(() => {});
if (typed() !== saved) changed();
findLost();
preview();
