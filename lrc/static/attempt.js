// The page of an attempt: every answer goes into the outbox of study.js, and its state stands next to its question. It
// knows no kinds of questions: an answer is a question's fields as they stand.
"use strict";

const form = document.getElementById("attempt");
const questions = [...form.querySelectorAll("[data-question]")];
const TYPING_MS = 900;
const FRESH_MS = 20000;

// == answers ==

const attempt = Number(form.dataset.attempt);
const isOfThis = (each) =>
  each.module === Number(words.module) && each.part === words.part && each.attempt === attempt;

// A question's answer by the parts of its fields' names ("q-<key>" or "q-<key>-<part>"); null where it has none.
function answerIn(question, now = asItStands) {
  const answer = {};
  for (const each of fieldsOf(question)) {
    const { checked, value } = now(each);
    if (!isTick(each) || checked) (answer[partOf(each, question)] ??= []).push(value);
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

const asItStands = ({ checked, value }) => ({ checked, value });
const asItCame = (field) => ({
  checked: field.defaultChecked,
  value: isTick(field) ? field.value : field.options ? chosenAtFirst(field) : field.defaultValue,
});
const chosenAtFirst = ({ options }) => ([...options].find((each) => each.defaultSelected) ?? options[0]).value;

const questionOf = (line) =>
  isOfThis(line) && line.kind === "answered" && questions.find((each) => each.dataset.question === line.question);

function waitingFor(question, lines = all(LINE)) {
  return lines.filter((each) => questionOf(each) === question);
}

function answered(question) {
  const response = answerIn(question);
  if (JSON.stringify(response) === question.written) return; // "input" and "change" tell the same twice
  question.written = JSON.stringify(response);
  const older = waitingFor(question);
  write(LINE, { kind: "answered", question: question.dataset.question, attempt, response });
  for (const each of older) drop(LINE + each.uid); // the newer one says all that they said
  question.told = "";
  show();
}

// Which answer of a question the server had when it made the page, or gave a receipt.
const knownOf = (question) => ({ sequence: Number(question.dataset.sequence) || 0, uid: question.dataset.uid ?? "" });

function know(question, { sequence, uid }, isAnswered) {
  Object.assign(question.dataset, { sequence, uid, answered: isAnswered ? "1" : "" });
}

// After a reload, what was answered and is not at the server yet is back where it was. What was answered on a slow line
// before this script came is newer than all of it.
function restore(isHandedIn) {
  for (const question of questions) {
    question.written = JSON.stringify(answerIn(question, asItCame));
    if (!isHandedIn && JSON.stringify(answerIn(question)) !== question.written) {
      answered(question);
      sendIn(0);
      continue;
    }
    const newest = waitingFor(question).at(-1);
    if (newest && isAfter(newest, knownOf(question))) putBack(question, newest.response);
    question.written = JSON.stringify(answerIn(question));
  }
}

ofAttempt.show = () => {
  const lines = all(LINE);
  for (const question of questions) {
    const said = question.querySelector("[data-said]");
    const standing = question.dataset.answered ? "saved" : "empty";
    const state = waitingFor(question, lines).length ? "pending" : question.told ? "told" : standing;
    const sentence = state === "told" ? question.told : words[state];
    if (said.textContent !== sentence) said.textContent = sentence;
    said.dataset.said = state;
  }
};
ofAttempt.hasAnswers = () => questions.some((each) => each.dataset.answered);

// What became of one answer, next to its question, unless a newer one has been given meanwhile.
ofAttempt.tell = (line, receipt) => {
  const question = questionOf(line);
  if (!question || waitingFor(question).length) return;
  question.told = receipt.refused?.[line.uid] ?? (receipt.late?.includes(line.uid) ? words.late : "");
  if (!question.told) know(question, line, line.response);
};

// == handing in ==

ofAttempt.submitted = (submit) => isOfThis(submit) && location.replace(form.dataset.review);

function handIn() {
  if (!all(SUBMIT).some(isOfThis)) write(SUBMIT, { attempt });
  closeForm();
  send();
}

function closeForm() {
  for (const each of form.querySelectorAll("input, select, textarea, button")) each.disabled = true;
  show();
}

function askToHandIn(isSure) {
  const missing = questions.filter((question) => !answerIn(question)).length;
  if (missing && !isSure) {
    const notice = document.getElementById("missing");
    notice.querySelector("[data-sentence]").textContent = counted(notice, missing);
    notice.hidden = false;
    notice.focus();
  } else {
    handIn();
  }
}

function showHint(button) {
  const question = button.closest("[data-question]");
  const hint = question.querySelector("[data-hint-text]");
  hint.hidden = false;
  hint.focus();
  button.hidden = true;
  write(LINE, { kind: "hinted", question: question.dataset.question, attempt });
  show();
  send();
}

const counted = (element, count) =>
  count === 1 ? element.dataset.one : element.dataset.some.replace("#", count);

// == time ==

let left = NaN; // seconds, when `since` was
let since = 0;
const spokenOf = new Set();
let ticking;

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
  const sentence = counted(clock, minutes);
  if (said.textContent !== sentence) said.textContent = sentence;
  if ([10, 5, 1].includes(minutes) && !spokenOf.has(minutes)) {
    spokenOf.add(minutes);
    spoken.textContent = sentence;
  }
}

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
    if (!waiting()) location.reload(); // it was handed in elsewhere
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

ofAttempt.hear = (line, isNew) => {
  const question = questionOf(line);
  if (question && isNew) adopt(question, line);
  else if (question && isAfter(line, knownOf(question))) know(question, line, line.response);
};

// == listening ==

restore(all(SUBMIT).some(isOfThis));
for (const kind of ["input", "change"]) {
  form.addEventListener(kind, (event) => {
    const question = event.target.closest("[data-question]");
    if (!question || !event.target.name?.startsWith("q-")) return;
    answered(question);
    sendIn(kind === "input" && event.target.matches("input") && !isTick(event.target) ? TYPING_MS : 0);
  });
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter ?? document.activeElement; // older Safari does not say which button it was
  if (button.name === "hint") showHint(button);
  else if (button.value?.startsWith("submit")) askToHandIn(button.value === "submit-anyway");
  else send(); // "Guardar": all is kept already
});
for (const each of form.querySelectorAll("[data-plain]")) each.hidden = true; // the buttons of those without scripts
document.addEventListener("visibilitychange", freshen);
if (all(SUBMIT).some(isOfThis)) {
  closeForm();
} else if (document.getElementById("clock")) {
  setClock(document);
  ticking = setInterval(look, 1000);
  look();
}
show();
