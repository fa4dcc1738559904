// Shows how much of a file was sent, and refuses what is too large before sending it. Without this the form just works.
function attend(form) {
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const button = form.querySelector("button.primary");
  const chosen = form.elements.file;

  chosen.addEventListener("change", () => {
    const isTooLarge = chosen.files[0]?.size > Number(form.dataset.maxBytes);
    chosen.setCustomValidity(isTooLarge ? form.dataset.tooLarge : "");
    chosen.reportValidity();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) bar.value = Math.round((100 * sent.loaded) / sent.total);
    });
    request.addEventListener("load", () => {
      if (request.status < 400) location.assign(request.responseURL);
      else show(request.responseText);
    });
    request.addEventListener("error", () => {
      said.textContent = form.dataset.lost;
      button.disabled = false;
    });
    button.disabled = true;
    box.hidden = false;
    bar.value = 0;
    said.textContent = form.dataset.sending;
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}

// What the server answers where it cannot take the form: the page with the form again, or the reason.
function show(text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  const main = document.adoptNode(answer.getElementById("main"));
  document.title = answer.title;
  document.getElementById("main").replaceWith(main);
  main.focus();
  const form = main.querySelector("form[data-upload]");
  if (form) attend(form);
}

attend(document.querySelector("form[data-upload]"));
