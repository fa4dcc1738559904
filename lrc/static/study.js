// Keeps in this browser what somebody answers, reads or hands in until the server says that it has it, and says
// truthfully which of the two it is. It knows no kinds of questions: a question's answer is its fields as they stand.
"use strict";

const box = document.getElementById("outbox");
const words = box.dataset;
const form = document.getElementById("attempt");
const questions = form ? [...form.querySelectorAll("[data-question]")] : [];
const PREFIX = `lrc-study:${words.outbox}:`; // of one person: nobody else on this phone sends these
const LINE = "line:", SUBMIT = "submit:";
const CLOCK = `clock:${words.module}`; // of one journal
let mostLines = 200; // a request
const TYPING_MS = 900, PATIENCE_MS = 20000, FIRST_WAIT_MS = 2000, LONGEST_WAIT_MS = 60000, CALM_MS = 2500, FRESH_MS = 20000;
const KEEPALIVE_BYTES = 30000; // browsers refuse more than 64 KB of what may outlive its page

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

const isAfter = (one, other) => one.sequence > other.sequence || (one.sequence === other.sequence && one.uid > other.uid);

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

function write(kind, more) {
  const line = { uid: uuid(), module: Number(words.module), part: words.part, kind, question: "", response: null, ...more };
  line.sequence = tick();
  line.said_at = new Date().toISOString();
  keep(LINE + line.uid, line);
  return line;
}

// == answers ==

const attempt = form ? Number(form.dataset.attempt) : null;
const isOfThis = (each) =>
  each.module === Number(words.module) && each.part === words.part && (each.attempt ?? null) === attempt;

// A question's answer by the parts of its fields' names ("q-<key>" or "q-<key>-<part>"); null where it has none.
function answerIn(question) {
  const answer = {};
  for (const each of fieldsOf(question)) {
    if (!isTick(each) || each.checked) (answer[partOf(each, question)] ??= []).push(each.value);
  }
  return Object.values(answer).flat().some((value) => value.trim()) ? answer : null;
}

function putBack(question, answer) {
  for (const each of fieldsOf(question)) {
    const values = answer?.[partOf(each, question)] ?? [];
    if (isTick(each)) each.checked = values.includes(each.value);
    else each.value = values[0] ?? "";
  }
}

const fieldsOf = (question) => question.querySelectorAll(`[name^="q-${question.dataset.question}"]`);
const partOf = (field, question) => field.name.slice(question.dataset.question.length + 3);
const isTick = (field) => ["radio", "checkbox"].includes(field.type);

function waitingFor(question, lines = all(LINE)) {
  return lines.filter((each) => isOfThis(each) && each.kind === "answered" && each.question === question.dataset.question);
}

function answered(question) {
  const response = answerIn(question);
  if (JSON.stringify(response) === question.written) return; // "input" and "change" tell the same twice
  question.written = JSON.stringify(response);
  const older = waitingFor(question);
  write("answered", { question: question.dataset.question, attempt, response });
  for (const each of older) drop(LINE + each.uid); // the newer one says all that they said
  question.told = "";
  show();
}

// Which answer of a question the server had when it made the page, or gave a receipt.
const knownOf = (question) => ({ sequence: Number(question.dataset.sequence) || 0, uid: question.dataset.uid ?? "" });

function know(question, { sequence, uid }, isAnswered) {
  Object.assign(question.dataset, { sequence, uid, answered: isAnswered ? "1" : "" });
}

// After a reload, what was answered and is not at the server yet is back where it was.
function restore() {
  for (const question of questions) {
    const newest = waitingFor(question).at(-1);
    if (newest && isAfter(newest, knownOf(question))) putBack(question, newest.response);
    question.written = JSON.stringify(answerIn(question));
  }
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
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token, "X-Study-Person": words.outbox },
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
    if ([401, 403].includes(answer.status)) state = "ended";
    else if ([400, 409].includes(answer.status) && mayRenew && (await renew())) return await post(message, false);
    else state = "failed";
    if (answer.status === 413) mostLines = Math.ceil(mostLines / 2);
    return null;
  } finally {
    clearTimeout(limit);
  }
}

async function pageNow() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
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
  wait = FIRST_WAIT_MS;
  if (lines.every((line) => line.module === Number(words.module))) seen(receipt.sequence);
  for (const uid of [...receipt.kept, ...(receipt.late ?? [])]) drop(LINE + uid);
  for (const uid of Object.keys(receipt.refused ?? {})) drop(LINE + uid);
  for (const line of lines.filter(isOfThis)) tell(line, receipt);
  if (submit && receipt.submitted) {
    drop(SUBMIT + submit.uid);
    if (form && isOfThis(submit)) location.replace(form.dataset.review);
  } else if (submit && receipt.refused?.[submit.uid]) {
    drop(SUBMIT + submit.uid);
    box.refusal = receipt.refused[submit.uid];
  }
  for (const each of document.querySelectorAll("form[data-read]")) if (each.line && !isWaiting(each.line)) location.assign(each.dataset.read);
  if (all(LINE).length || all(SUBMIT).length) sendIn(0);
}

// What became of one answer, next to its question, unless a newer one has been given meanwhile.
function tell(line, receipt) {
  const question = questionOf(line);
  if (!question || waitingFor(question).length) return;
  question.told = receipt.refused?.[line.uid] ?? (receipt.late?.includes(line.uid) ? words.late : "");
  if (!question.told) know(question, line, line.response);
}

const questionOf = (line) =>
  isOfThis(line) && line.kind === "answered" && questions.find((each) => each.dataset.question === line.question);

const isWaiting = (line) => all(LINE).some((each) => each.uid === line.uid);

// == what the page says ==

const shown = box.querySelector("[data-shown]");
const spoken = box.querySelector("[data-spoken]");
let calm;

function show() {
  const lines = all(LINE);
  for (const question of questions) {
    const said = question.querySelector("[data-said]");
    const isOnItsWay = waitingFor(question, lines).length > 0;
    const standing = question.dataset.answered ? words.saved : words.empty;
    const sentence = isOnItsWay ? words.pending : question.told || standing;
    if (said.textContent !== sentence) said.textContent = sentence;
    said.dataset.said = isOnItsWay ? "pending" : question.told ? "told" : question.dataset.answered ? "saved" : "empty";
  }
  const sentence = ofThePage();
  box.dataset.state = all(LINE).length || all(SUBMIT).length ? state || "pending" : "saved";
  if (shown.textContent === sentence) return;
  shown.textContent = sentence;
  clearTimeout(calm); // who listens hears what lasts, not every letter's coming and going
  calm = setTimeout(() => (spoken.textContent = sentence), CALM_MS);
}

function ofThePage() {
  if (box.refusal) return box.refusal;
  const count = all(LINE).length + all(SUBMIT).length;
  if (!count) return questions.some((each) => each.dataset.answered) ? words.allSaved : "";
  const what = all(SUBMIT).length ? words.submitPending : count === 1 ? words.onePending : words.somePending.replace("#", count);
  if (!state || (state === "lost" && navigator.onLine && wait === FIRST_WAIT_MS)) return what; // it is on its way
  return `${what} ${isOnlyHere() ? words.unkept : words[state]}`;
}

// == handing in ==

function handIn() {
  if (!all(SUBMIT).some(isOfThis)) {
    const message = { uid: uuid(), module: Number(words.module), part: words.part, attempt, sequence: tick() };
    keep(SUBMIT + message.uid, { ...message, said_at: new Date().toISOString() });
  }
  close();
  send();
}

function close() {
  for (const each of form.querySelectorAll("input, select, textarea, button")) each.disabled = true;
  show();
}

function askToHandIn(event) {
  const missing = questions.filter((question) => !answerIn(question)).length;
  const notice = document.getElementById("missing");
  if (missing && event.submitter?.value !== "submit-anyway") {
    notice.querySelector("[data-sentence]").textContent = missing === 1 ? notice.dataset.one : notice.dataset.some.replace("#", missing);
    notice.hidden = false;
    notice.focus();
  } else {
    handIn();
  }
}

// == time ==

let left = NaN; // seconds, when `since` was
let since = 0;
const spokenOf = new Set();

function setClock(page) {
  left = Number(page.getElementById("clock")?.dataset.leftS ?? NaN);
  since = performance.now(); // not the phone's clock, which people set
}

function look() {
  const clock = document.getElementById("clock");
  const minutes = Math.ceil((left - (performance.now() - since) / 1000) / 60);
  const said = clock.querySelector("[data-left]");
  if (minutes <= 0) {
    said.textContent = spoken.textContent = clock.dataset.over;
    clearInterval(ticking);
    handIn();
    return;
  }
  const sentence = minutes === 1 ? clock.dataset.one : clock.dataset.some.replace("#", minutes);
  if (said.textContent !== sentence) said.textContent = sentence;
  if ([10, 5, 1].includes(minutes) && !spokenOf.has(minutes)) {
    spokenOf.add(minutes);
    spoken.textContent = sentence;
  }
}

let ticking;

// == what happened elsewhere ==

let freshAt = performance.now();

// Whoever comes back to this page sees what they answered meanwhile on another device, and the time as the server has
// it: a phone that slept does not know for how long.
async function freshen() {
  if (document.visibilityState !== "visible" || performance.now() - freshAt < FRESH_MS) return;
  freshAt = performance.now();
  const page = await pageNow().catch(() => null);
  if (page?.getElementById("outbox")?.dataset.outbox !== words.outbox) return;
  if (!page.getElementById("attempt")) {
    if (!all(LINE).length && !all(SUBMIT).length) location.reload(); // it was handed in elsewhere
    return;
  }
  setClock(page);
  seen(Number(page.getElementById("outbox").dataset.sequence));
  for (const question of questions) {
    const other = page.querySelector(`[data-question="${question.dataset.question}"]`);
    if (!other || waitingFor(question).length || !isAfter(knownOf(other), knownOf(question))) continue;
    adopt(question, { ...knownOf(other), response: answerIn(other) });
    know(question, knownOf(other), other.dataset.answered);
  }
  show();
}

function adopt(question, line) {
  putBack(question, line.response);
  question.written = JSON.stringify(answerIn(question));
  question.told = "";
}

// Another tab wrote a line, or its line has arrived at the server.
function hear(event) {
  if (event.key?.startsWith(PREFIX + LINE)) {
    const line = parsed(event.newValue ?? event.oldValue);
    const question = line && questionOf(line);
    if (question && event.newValue) adopt(question, line);
    else if (question && isAfter(line, knownOf(question))) know(question, line, line.response);
  }
  show();
}

// == listening ==

if (form) {
  restore();
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, (event) => {
      const question = event.target.closest("[data-question]");
      if (!question || !event.target.name?.startsWith("q-")) return;
      answered(question);
      sendIn(kind === "input" && event.target.matches("textarea, input:not([type=radio], [type=checkbox])") ? TYPING_MS : 0);
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, value } = event.submitter ?? document.activeElement; // older Safari does not say which button it was
    if (name === "hint") {
      const question = event.submitter.closest("[data-question]");
      const hint = question.querySelector("[data-hint-text]");
      hint.hidden = false;
      hint.focus();
      event.submitter.hidden = true;
      write("hinted", { question: value, attempt });
      show();
      send();
    } else if (value?.startsWith("submit")) {
      askToHandIn(event);
    } else {
      send(); // "Guardar": all is kept already
    }
  });
  for (const each of form.querySelectorAll("[data-plain]")) each.hidden = true; // the buttons of those without scripts
  if (all(SUBMIT).some(isOfThis)) {
    close();
  } else if (document.getElementById("clock")) {
    setClock(document);
    ticking = setInterval(look, 1000);
    look();
  }
  document.addEventListener("visibilitychange", freshen);
}

for (const each of document.querySelectorAll("form[data-read]")) {
  each.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!each.line || !isWaiting(each.line)) each.line = write("read", {});
    show();
    send();
  });
}

addEventListener("online", () => {
  wait = FIRST_WAIT_MS;
  send();
});
addEventListener("offline", show);
addEventListener("storage", hear);
addEventListener("pageshow", (event) => event.persisted && send());
addEventListener("beforeunload", (event) => {
  if (isOnlyHere()) event.preventDefault(); // it would be lost with the page
});
document.addEventListener("visibilitychange", send);
show();
send();
