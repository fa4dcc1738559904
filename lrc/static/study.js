// Keeps in this browser what somebody answers, reads or hands in until the server says that it has it, and says
// truthfully which of the two it is. On the page of an attempt, attempt.js goes on from here.
"use strict";

const box = document.getElementById("outbox");
const words = box.dataset;
const PREFIX = `lrc-study:${words.outbox}:`; // of one person: nobody else on this phone sends these
const LINE = "line:";
const SUBMIT = "submit:";
const CLOCK = `clock:${words.module}`; // of one journal
const PATIENCE_MS = 20000;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const CALM_MS = 2500;
const KEEPALIVE_BYTES = 30000; // browsers refuse more than 64 KB of what may outlive its page
const JSON_BOTH_WAYS = { "Content-Type": "application/json", Accept: "application/json" };
let mostLines = 200; // a request

// What the page of an attempt does besides.
const ofAttempt = { show() {}, tell() {}, submitted() {}, hear() {}, hasAnswers: () => false };
const readForms = document.querySelectorAll("form[data-read]");

// == what is kept ==

const held = new Map(); // what the browser's storage does not take lives as long as this page
let storage = null;
try {
  storage = window.localStorage;
} catch {
  // it keeps nothing in a frame; the page says so while something is on its way
}

function keep(name, value) {
  try {
    storage.setItem(PREFIX + name, JSON.stringify(value));
    held.delete(name);
  } catch {
    held.set(name, value);
  }
}

function drop(name) {
  held.delete(name);
  storage?.removeItem(PREFIX + name);
}

const isOnlyHere = () => [...held.keys()].some((name) => name !== CLOCK);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAfter(one, other) {
  return one.sequence > other.sequence || (one.sequence === other.sequence && one.uid > other.uid);
}

// What is kept of a kind, the oldest first: each line is an item of its own, so that tabs never overwrite each other.
function all(kind) {
  const found = [...held].filter(([name]) => name.startsWith(kind)).map(([, value]) => value);
  for (let at = 0; at < (storage?.length ?? 0); at += 1) {
    const name = storage.key(at);
    if (name?.startsWith(PREFIX + kind)) found.push(parsed(storage.getItem(name)));
  }
  return found.filter((each) => each?.uid).sort((one, other) => (isAfter(one, other) ? 1 : -1));
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// A Lamport clock: one more than the greatest that this browser has seen; what the phone's own clock says is no matter.
function tick() {
  const next = Math.max(Number(words.sequence) || 0, Number(parsed(storage?.getItem(PREFIX + CLOCK) ?? "0")) || 0) + 1;
  seen(next);
  return next;
}

function seen(sequence) {
  if (!Number.isSafeInteger(sequence)) return;
  words.sequence = Math.max(Number(words.sequence) || 0, sequence);
  keep(CLOCK, Number(words.sequence));
}

// Keeps something to be sent, a line of the journal or a submit.
function write(kind, what) {
  const message = { uid: uuid(), module: Number(words.module), part: words.part, sequence: tick(), ...what };
  message.said_at = new Date().toISOString();
  keep(kind + message.uid, message);
  return message;
}

// == sending ==

let token = document.querySelector("[name=csrf_token]").value;
let isSending = false;
let state = ""; // "", "lost" (the connection), "ended" (the visit), "failed"
let wait = FIRST_WAIT_MS;
let timer;

function sendIn(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
}

async function send() {
  clearTimeout(timer);
  if (isSending) return;
  const lines = all(LINE).slice(0, mostLines);
  const submit = lines.length < mostLines ? all(SUBMIT)[0] : undefined; // after all that was answered
  if (!lines.length && !submit) {
    state = "";
    show();
    return;
  }
  isSending = true;
  const receipt = await post({ lines, ...(submit && { submit }) }).catch(() => null);
  isSending = false;
  if (receipt) take(receipt, lines, submit);
  else if (state !== "ended") sendIn((wait = Math.min(wait * 2, LONGEST_WAIT_MS)));
  show();
}

// The server's receipt; null where there is none. It sets `state` to what came in the way.
async function post(message, mayRenew = true) {
  const body = JSON.stringify(message);
  const ending = new AbortController();
  const limit = setTimeout(() => ending.abort(), PATIENCE_MS);
  state = "lost";
  try {
    const answer = await fetch(words.door, {
      method: "POST",
      headers: { ...JSON_BOTH_WAYS, "X-CSRFToken": token, "X-Study-Person": words.outbox },
      body,
      keepalive: body.length < KEEPALIVE_BYTES,
      signal: ending.signal,
    });
    if (answer.ok) {
      const receipt = await answer.json(); // a hotel's login page answers 200 as well, but is no receipt
      if (!Array.isArray(receipt.kept)) return null;
      state = "";
      return receipt;
    }
    if ([400, 409].includes(answer.status) && mayRenew) return (await renew()) ? await post(message, false) : null;
    state = [401, 403].includes(answer.status) ? "ended" : "failed";
    if (answer.status === 413) mostLines = Math.ceil(mostLines / 2);
    return null;
  } finally {
    clearTimeout(limit);
  }
}

async function pageNow() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.status >= 500) throw new Error(`the page answers ${answer.status}`);
  return new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
}

// The form's token may be of a visit that was begun anew meanwhile: the page as it is now has the present one.
async function renew() {
  const page = await pageNow();
  const fresh = page.querySelector("[name=csrf_token]")?.value;
  if (page.getElementById("outbox")?.dataset.outbox !== words.outbox || !fresh) {
    state = "ended"; // or another person has come
    return false;
  }
  token = fresh;
  return true;
}

function take(receipt, lines, submit) {
  const before = waiting();
  wait = FIRST_WAIT_MS;
  if (lines.every((line) => line.module === Number(words.module))) seen(receipt.sequence);
  for (const uid of [...receipt.kept, ...(receipt.late ?? [])]) drop(LINE + uid);
  for (const uid of Object.keys(receipt.refused ?? {})) drop(LINE + uid);
  for (const line of lines) ofAttempt.tell(line, receipt);
  if (submit && receipt.submitted) {
    drop(SUBMIT + submit.uid);
    ofAttempt.submitted(submit);
  } else if (submit && receipt.refused?.[submit.uid]) {
    drop(SUBMIT + submit.uid);
    box.refusal = receipt.refused[submit.uid];
  }
  for (const each of readForms) if (each.line && !isWaiting(each.line)) location.assign(each.dataset.read);
  if (waiting()) sendIn(waiting() < before ? 0 : LONGEST_WAIT_MS);
}

const waiting = () => all(LINE).length + all(SUBMIT).length;

const isWaiting = (line) => all(LINE).some((each) => each.uid === line.uid);

// == what the page says ==

const shown = box.querySelector("[data-shown]");
const spoken = box.querySelector("[data-spoken]");
let calm;

function show() {
  ofAttempt.show();
  const sentence = ofThePage();
  box.dataset.state = waiting() ? state || "pending" : "saved";
  if (shown.textContent === sentence) return;
  shown.textContent = sentence;
  clearTimeout(calm); // who listens hears what lasts, not every letter's coming and going
  calm = setTimeout(() => (spoken.textContent = sentence), CALM_MS);
}

function ofThePage() {
  if (box.refusal) return box.refusal;
  const count = waiting();
  if (!count) return ofAttempt.hasAnswers() ? words.allSaved : "";
  const pending = count === 1 ? words.onePending : words.somePending.replace("#", count);
  const what = all(SUBMIT).length ? words.submitPending : pending;
  if (!state || (state === "lost" && navigator.onLine && wait === FIRST_WAIT_MS)) return what; // it is on its way
  return `${what} ${isOnlyHere() ? words.unkept : words[state]}`;
}

// == listening ==

for (const each of readForms) {
  each.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!each.line || !isWaiting(each.line)) each.line = write(LINE, { kind: "read" });
    show();
    send();
  });
}

addEventListener("online", () => {
  wait = FIRST_WAIT_MS;
  send();
});
addEventListener("offline", show);
addEventListener("storage", (event) => {
  // Another tab wrote a line, or its line has arrived at the server.
  const line = event.key?.startsWith(PREFIX + LINE) && parsed(event.newValue ?? event.oldValue);
  if (line) ofAttempt.hear(line, event.newValue !== null);
  show();
});
addEventListener("pageshow", (event) => event.persisted && send());
addEventListener("beforeunload", (event) => {
  if (isOnlyHere()) event.preventDefault(); // it would be lost with the page
});
document.addEventListener("visibilitychange", send);
show();
send();
