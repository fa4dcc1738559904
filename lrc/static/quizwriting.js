// Keeps what is typed into a question's form in this browser until the server has it, and offers it again where it never
// arrived: a lost connection, an ended visit, a closed tab. Without this the form just works.
const form = document.getElementById("question");
const slot = (form ?? document.getElementById("kept")).dataset.slot;
const SLOTS = [slot, `${slot}~`]; // a second one while the first waits to be decided on
const NOT_TYPED = ["csrf_token", "uid", "based_on", "do"];

const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => !NOT_TYPED.includes(name)));

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function drop(...keys) {
  try {
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // This browser keeps nothing.
  }
}

function keep(key) {
  try {
    localStorage.setItem(key, JSON.stringify({ typed: typed(), basedOn: form.elements.based_on.value, at: Date.now() }));
  } catch {
    // It keeps nothing for us: the form alone has it.
  }
}

// The server shows the form again with what was typed, with as many rows as that has; it keeps nothing by this.
function take(copy) {
  const again = document.createElement("form");
  again.method = "post";
  again.action = form.getAttribute("action");
  const own = ["csrf_token", "uid"].map((name) => [name, form.elements[name].value]);
  for (const [name, value] of [...own, ["based_on", copy.basedOn], ["do", "preview"], ...JSON.parse(copy.typed)]) {
    const field = document.createElement("textarea"); // keeps the ends of lines
    field.name = name;
    field.value = value;
    again.append(field);
  }
  again.hidden = true;
  document.body.append(again);
  again.submit();
}

function offer(copy, key) {
  const notice = document.getElementById("lost");
  const time = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  notice.querySelector("[data-lost]").textContent = form.dataset.found.replace("%s", time);
  notice.querySelector("[data-take]").onclick = () => take(copy);
  notice.querySelector("[data-drop]").onclick = () => {
    drop(key);
    notice.hidden = true;
  };
  notice.hidden = false;
}

if (form) {
  const began = typed();
  const lost = form.dataset.typed ? [] : SLOTS.filter((key) => read(key) && read(key).typed !== began);
  lost.sort((one, other) => read(other).at - read(one).at);
  const own = SLOTS.find((key) => key !== lost[0]);
  if (form.dataset.typed) keep(own);
  if (lost.length) offer(read(lost[0]), lost[0]);
  form.addEventListener("input", () => (typed() === began && !form.dataset.typed ? drop(own) : keep(own)));
} else {
  drop(...SLOTS);
}
