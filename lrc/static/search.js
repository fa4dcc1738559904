// Suggests as one types, in a combobox as WAI-ARIA describes it. Without it, or where it fails, the field is plain.
const WAIT_MS = 150;
const SHORTEST = 2;

function suggestIn(field) {
  const says = field.dataset;
  const known = new Map();
  let asking = null; // what would stop the request under way
  let timer = 0;
  let active = -1;
  let typed = field.value; // what the person wrote, while an option fills the field

  const list = document.createElement("ul");
  list.id = `${field.id}-list`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", says.list);
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  field.after(list, told);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  function stop() {
    clearTimeout(timer);
    asking?.abort();
  }

  function close() {
    stop();
    active = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function option(each, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = each.text;
    const kind = document.createElement("span");
    kind.className = "muted";
    kind.textContent = says[each.kind] ?? "";
    item.append(text, " ", kind);
    item.dataset.text = each.text;
    return item;
  }

  function show(found) {
    active = -1;
    field.removeAttribute("aria-activedescendant");
    list.replaceChildren(...found.map(option));
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    told.textContent = found.length ? says.some.replace("#", found.length) : says.none;
  }

  async function ask() {
    const words = field.value.trim();
    if (words.length < SHORTEST) return close();
    asking = new AbortController();
    try {
      if (!known.has(words)) {
        const answer = await fetch(`${says.suggest}?q=${encodeURIComponent(words)}`, { signal: asking.signal });
        if (!answer.ok) return close();
        known.set(words, await answer.json());
      }
      if (document.activeElement === field) show(known.get(words));
    } catch {
      // Aborted because more was typed, or the network is away: then there are no suggestions.
    }
  }

  function point(to) {
    const items = list.children;
    items[active]?.setAttribute("aria-selected", "false");
    active = (to + items.length + 1) % (items.length + 1); // the last place is the field itself
    const item = items[active];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    field.value = item ? item.dataset.text : typed;
    if (item) return field.setAttribute("aria-activedescendant", item.id);
    active = -1;
    field.removeAttribute("aria-activedescendant");
  }

  function move(event, step) {
    event.preventDefault();
    if (list.hidden) return ask();
    point(active === -1 && step < 0 ? list.children.length - 1 : active + step);
  }

  field.addEventListener("input", (event) => {
    typed = field.value;
    stop();
    if (!event.isComposing) timer = setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the first one closes the list, the next one empties the field as ever
      field.value = typed;
      close();
    } else if (event.key === "Enter") close();
  });
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (!item) return;
    field.value = item.dataset.text;
    close();
    field.form.requestSubmit();
  });
}

if (!navigator.connection?.saveData) document.querySelectorAll("[data-suggest]").forEach(suggestIn);

// Addresses to share: what was left empty is left out.
document.getElementById("browse")?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
