// Keeps where one is in what one reads: what lies at the top of the window, or what a player tells (lrc:place).
(() => {
  const read = document.querySelector("[data-keep]");
  const SOON_MS = read instanceof HTMLMediaElement ? 30_000 : 5000; // a film goes on by itself, and whoever leaves it tells
  if (!read) return;
  let latest; // not told yet
  let told = "";
  let waiting;
  let left = ""; // the page that is being left

  function tell() {
    clearTimeout(waiting);
    waiting = undefined;
    const place = latest && `${latest.page} ${latest.offset.toFixed(3)}`;
    if (!place || place === told) return;
    told = place;
    const token = document.querySelector('input[name="csrf_token"]').value;
    const body = new URLSearchParams({ csrf_token: token, page: latest.page, offset: latest.offset.toFixed(4) });
    fetch(read.dataset.keep, { method: "POST", body, keepalive: true }).catch((trouble) => {
      told = ""; // the next one will tell
      console.info(trouble);
    });
  }

  function note(place) {
    if (String(place.page) === left) return;
    left = "";
    latest = place;
    waiting ??= setTimeout(tell, SOON_MS);
  }

  function top() {
    return read.getBoundingClientRect().top + scrollY;
  }

  // How far in the page the top of the window is, from 0 to 1; a page may be shown in parts.
  function share() {
    const { page, part = 1, parts = 1, count } = read.dataset;
    const bottom = read.getBoundingClientRect().bottom;
    if (page === count && part === parts && bottom <= innerHeight) return 1;
    const here = Math.min(Math.max((scrollY - top()) / Math.max(read.offsetHeight, 1), 0), 1);
    return (Number(part) - 1 + here) / Number(parts);
  }

  function scrolled() {
    note({ page: read.dataset.page, offset: share() });
  }

  // Where one stopped: told by the address, once what is read is there in its full height.
  function goOn() {
    const { at, part = 1, parts = 1 } = read.dataset;
    const here = Number(at) * Number(parts) - (Number(part) - 1);
    if (Number(at) > 0 && here > 0) scrollTo(0, top() + here * read.offsetHeight);
    delete read.dataset.at;
  }

  document.addEventListener("lrc:place", (event) => note(event.detail));
  document.addEventListener("visibilitychange", () => document.hidden && tell());
  addEventListener("pagehide", tell);
  addEventListener("pageshow", () => (left = ""));
  // Who turns the page is elsewhere already: this page's place must not come after that of the next.
  const turned = (address) => {
    if (new URL(address, location.href).pathname !== location.pathname) return;
    clearTimeout(waiting);
    waiting = latest = undefined;
    left = read.dataset.page ?? "";
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !link.dataset.start) turned(link.href);
  });
  document.addEventListener("submit", (event) => event.target.method === "get" && turned(event.target.action));
  if (read instanceof HTMLMediaElement) return;
  addEventListener("scroll", scrolled, { passive: true });
  if (read.dataset.later === undefined) goOn();
  else read.addEventListener("lrc:drawn", goOn, { once: true });
})();
