// Images of a lesson: chosen, pasted, dropped, or there already. What they show is asked for before they come into the
// text. Without this a page shows the mark, to be copied.
function attendImages(form, lesson) {
  const says = lesson.dataset;
  const text = lesson.elements.text;
  const state = form.querySelector("[data-image-state]");
  const alt = form.elements.alt;
  let present = ""; // the name of an image that is there already
  let wasInText = false;

  async function upload() {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": lesson.elements.csrf_token.value },
      body: new FormData(form),
    });
    return response.json();
  }

  function choose(name) {
    present = name;
    form.elements.file.required = !name;
    for (const each of document.querySelectorAll("[data-image]")) {
      each.hidden = false;
      each.setAttribute("aria-pressed", String(each.dataset.image === name));
    }
  }

  function askForWords() {
    state.textContent = says.altMissing;
    alt.focus();
  }

  // As if it had been typed, on a line of its own: where the cursor is, or at the end where it never was in the text.
  function put(mark) {
    if (!wasInText) text.setSelectionRange(text.value.length, text.value.length);
    const before = text.value.slice(0, text.selectionStart);
    const after = text.value.slice(text.selectionEnd);
    const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const end = after.startsWith("\n") ? "" : "\n\n";
    text.focus();
    text.setRangeText(gap + mark + end, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function take(event, files) {
    const image = [...(files ?? [])].find((each) => each.type.startsWith("image/"));
    if (!image) return;
    event.preventDefault();
    const chosen = new DataTransfer();
    chosen.items.add(image);
    form.elements.file.files = chosen.files;
    choose("");
    askForWords();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    state.textContent = says.sending;
    const words = alt.value.replaceAll("[", "(").replaceAll("]", ")").trim();
    try {
      const answer = present ? { mark: `![${words}](image:${present})` } : await upload();
      if (!answer.mark) {
        state.textContent = answer.message;
        return;
      }
      put(answer.mark);
      form.reset();
      choose("");
      state.textContent = says.sent;
    } catch {
      state.textContent = says.imageFailed;
    }
  });
  form.elements.file.addEventListener("change", () => choose(""));
  document.getElementById("library")?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-image]");
    if (!button) return;
    choose(button.dataset.image);
    askForWords();
  });
  text.addEventListener("focus", () => (wasInText = true), { once: true });
  text.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
  text.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));
  choose("");
}

attendImages(document.getElementById("image"), document.getElementById("lesson"));
