// The text page: how it looks changes at once and is kept, and reading aloud is offered where the browser can.
(() => {
  const text = document.getElementById("text");
  const form = document.getElementById("habits");
  const said = document.getElementById("habits-said");

  // Keeps settings for all devices; true where that came out well.
  async function keep(settings) {
    const body = new URLSearchParams({ ...settings, quiet: "1", csrf_token: form.elements.csrf_token.value });
    try {
      return (await fetch(form.action, { method: "POST", body })).ok;
    } catch (trouble) {
      console.info(trouble);
      return false;
    }
  }

  form.querySelector("[data-save]").hidden = true;
  form.addEventListener("change", async ({ target }) => {
    if (text) text.dataset[target.name] = target.value;
    said.textContent = "";
    said.textContent = (await keep({ [target.name]: target.value })) ? form.dataset.kept : form.dataset.unkept;
  });

  const listen = document.getElementById("listen");
  if (!listen || !text || !("speechSynthesis" in window)) return;
  listen.hidden = false;
  listen.querySelector('[data-speak="toggle"]').addEventListener(
    "click",
    async () => (await import(listen.dataset.script)).begin(listen, text, keep),
    { once: true },
  );
})();
