// Reads a text aloud with the voices of the device, sentence by sentence, and marks the one that is being read.
const LONGEST = 220; // characters spoken at once: some voices fall silent after a quarter of a minute
const speech = window.speechSynthesis;

// The sentences of the text, each with its paragraph and where in it.
function sentencesOf(text, language) {
  const found = [];
  for (const block of text.querySelectorAll("h2, p:not(.muted)")) {
    for (const [start, words] of pieces(block.textContent, language)) {
      if (/[\p{L}\p{N}]/u.test(words)) found.push({ block, start, words });
    }
  }
  return found;
}

function* pieces(words, language) {
  for (const [at, sentence] of segments(words, language)) {
    let start = 0;
    while (sentence.length - start > LONGEST) {
      const room = sentence.slice(start, start + LONGEST);
      const cut = Math.max(room.lastIndexOf(", "), room.lastIndexOf("; "), room.lastIndexOf("\n"));
      const end = start + 1 + (cut > LONGEST / 3 ? cut : Math.max(room.lastIndexOf(" "), LONGEST / 2));
      yield [at + start, sentence.slice(start, end)];
      start = end;
    }
    yield [at + start, sentence.slice(start)];
  }
}

function segments(words, language) {
  if (window.Intl?.Segmenter) {
    const found = new Intl.Segmenter(language, { granularity: "sentence" }).segment(words);
    return Array.from(found, (each) => [each.index, each.segment]);
  }
  return Array.from(words.matchAll(/[^.!?…]+[.!?…]*\s*/g), (each) => [each.index, each[0]]);
}

// The characters from start to end of an element's text, whatever elements they are in.
function rangeOf(element, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let at = 0;
  while (walker.nextNode()) {
    const { length } = walker.currentNode;
    if (start >= at && start <= at + length) range.setStart(walker.currentNode, start - at);
    if (end <= at + length) {
      range.setEnd(walker.currentNode, end - at);
      break;
    }
    at += length;
  }
  return range;
}

class Reader {
  constructor(panel, text, keep) {
    this.panel = panel;
    this.keep = keep;
    this.language = text.lang || document.documentElement.lang;
    this.sentences = sentencesOf(text, this.language);
    this.at = 0;
    this.turn = 0; // counts what was begun, so that what was stopped goes no further
    this.isSpeaking = false;
    this.rate = panel.querySelector("#listen-rate");
    this.voice = panel.querySelector("#listen-voice");
    this.fillVoices();
    speech.addEventListener?.("voiceschanged", () => this.fillVoices());
    panel.addEventListener("click", (event) => this.clicked(event.target.closest("[data-speak]")?.dataset.speak));
    panel.addEventListener("change", (event) => this.changed(event.target));
    addEventListener("pagehide", () => this.stop());
    for (const each of panel.querySelectorAll(".listen-choice, [data-speak]")) each.hidden = false;
  }

  fillVoices() {
    const main = this.language.split("-")[0];
    const all = speech.getVoices();
    const own = all.filter((each) => each.lang.replace("_", "-").split("-")[0] === main);
    const chosen = this.voice.value || this.panel.dataset.voice;
    this.voice.replaceChildren(
      ...(own.length ? own : all).map((each) => new Option(`${each.name} (${each.lang})`, each.name)),
    );
    if (all.some((each) => each.name === chosen)) this.voice.value = chosen;
    this.voice.parentElement.hidden = all.length < 2;
    this.foreign = all.length > 0 && !own.length;
  }

  clicked(what) {
    if (what === "toggle") this.isSpeaking ? this.pause() : this.speak();
    else if (what === "stop") this.stop();
    else if (what === "on") this.go(1);
    else if (what === "back") this.go(-1);
  }

  changed(field) {
    this.keep(field === this.rate ? { rate: field.value } : { voice: field.value });
    if (this.isSpeaking) this.speak();
  }

  go(by) {
    this.at = Math.min(Math.max(this.at + by, 0), this.sentences.length - 1);
    if (this.isSpeaking) this.speak();
    else this.show();
  }

  speak() {
    const mine = ++this.turn;
    speech.cancel();
    const sentence = this.sentences[this.at];
    this.state(true, this.foreign ? this.panel.dataset.foreign : "");
    this.show();
    const spoken = new SpeechSynthesisUtterance(sentence.words);
    const voice = speech.getVoices().find((each) => each.name === this.voice.value);
    if (voice) spoken.voice = voice;
    spoken.lang = voice?.lang || this.language;
    spoken.rate = Number(this.rate.value) / 100;
    spoken.onend = () => mine === this.turn && this.next();
    spoken.onerror = () => mine === this.turn && this.pause(this.panel.dataset.failed);
    this.spoken = spoken; // some browsers forget what nobody holds, and never say that it ended
    speech.speak(spoken);
  }

  next() {
    if (this.at + 1 < this.sentences.length) {
      this.at += 1;
      this.speak();
    } else {
      this.stop(this.panel.dataset.done);
    }
  }

  // Stops and keeps the place: the browsers' own pause does not work on phones.
  pause(words = "") {
    this.turn += 1;
    speech.cancel();
    this.state(false, words);
  }

  stop(words = "") {
    this.pause(words);
    this.at = 0;
    this.unmark();
    this.panel.querySelector('[data-speak="toggle"] span').textContent = this.panel.dataset.listen;
  }

  state(isSpeaking, words) {
    this.isSpeaking = isSpeaking;
    const label = isSpeaking ? this.panel.dataset.pause : this.panel.dataset.resume;
    this.panel.querySelector('[data-speak="toggle"] span').textContent = label;
    const said = this.panel.querySelector("#listen-said");
    if (said.textContent !== words) said.textContent = words;
  }

  show() {
    this.unmark();
    const { block, start, words } = this.sentences[this.at];
    block.classList.add("spoken");
    const range = rangeOf(block, start, start + words.trimEnd().length);
    if (CSS.highlights) CSS.highlights.set("spoken", new Highlight(range));
    const { top, bottom } = range.getBoundingClientRect();
    if (top < 60 || bottom > innerHeight - 20) scrollBy(0, top - innerHeight / 3);
  }

  unmark() {
    CSS.highlights?.delete("spoken");
    document.querySelector(".spoken")?.classList.remove("spoken");
  }
}

export function begin(panel, text, keep) {
  const reader = new Reader(panel, text, keep);
  if (reader.sentences.length) reader.speak();
  return reader;
}
