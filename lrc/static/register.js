// Dynamic registration: sends the form once, and closes the platform's frame when its reader is done.
"use strict";

for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled")) {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    button.querySelector("span").textContent = form.dataset.once;
  });
}

for (const button of document.querySelectorAll("button[data-close]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    // LTI Dynamic Registration 1.0, section 3.7. It holds no secret, and the frame's owner may have any origin.
    (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
  });
}
