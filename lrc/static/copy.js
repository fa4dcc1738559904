// Shows a button beside each value that is to be copied; without scripts one marks the value by hand.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return; // the value stays marked, to be copied with the keyboard
    }
    button.nextElementSibling.textContent = button.dataset.copied;
  });
}
