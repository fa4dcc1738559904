// Says so where a tick did not arrive: the visit has ended, or the connection is gone.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const trouble = document.getElementById("picker-trouble");
    if (trouble) trouble.textContent = trouble.dataset.failed;
  });
}
