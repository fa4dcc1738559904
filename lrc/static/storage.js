// Puts a secret into the platform's storage, or gets it back, where the browser keeps no cookies of ours in a frame
// (1EdTech, LTI Client Side postMessages). What goes wrong, or takes too long, shows what else one can do.
const WAIT_MS = 3000;
const box = document.querySelector("[data-storage]");
const otherwise = document.querySelector("[data-otherwise]");

function ask(subject, more) {
  return new Promise((resolve, reject) => {
    const { target, origin, key } = box.dataset;
    if (!origin || window.parent === window) throw new Error("no platform around us");
    const keeper = target === "_parent" ? window.parent : window.parent.frames[target];
    const id = `${key}-${subject}`;
    window.addEventListener("message", (event) => {
      const said = event.data;
      if (event.origin !== origin || said?.message_id !== id || said.subject !== `${subject}.response`) return;
      if (said.error) reject(new Error(said.error.message || said.error.code));
      else resolve(said.value);
    });
    setTimeout(() => reject(new Error("the platform did not answer")), WAIT_MS);
    keeper.postMessage({ subject, message_id: id, key, ...more }, origin);
  });
}

async function put() {
  await ask("lti.put_data", { value: box.dataset.value });
  location.replace(box.dataset.next);
}

async function get() {
  const secret = await ask("lti.get_data", {});
  if (typeof secret !== "string" || !secret) throw new Error("the platform kept nothing");
  const form = box.querySelector("form");
  form.elements.storage.value = secret;
  form.submit();
}

box.hidden = false;
otherwise.hidden = true;
(box.dataset.storage === "put" ? put() : get()).catch((trouble) => {
  box.hidden = true;
  otherwise.hidden = false;
  console.info(trouble.message);
});
