// The player of a recording: jumps to what is read, marks what is being said, and keeps where one stopped.
(() => {
  const media = document.getElementById("recording");
  const said = document.getElementById("player-said");
  const lines = [...document.querySelectorAll(".transcript [data-from]")];
  const follows = document.querySelector("#player-follow input");
  let freshAt = 0; // when a fresh link was asked for last
  let current;

  function say(words) {
    said.textContent = words;
    said.hidden = !words;
  }

  function play(seconds) {
    seek(seconds);
    media.play().catch((trouble) => console.info(trouble)); // the browser may want a tap on the player itself
  }

  function seek(seconds) {
    const wanted = Math.max(seconds, 0);
    if (media.readyState) media.currentTime = wanted;
    else media.src = `${media.src.split("#")[0]}#t=${wanted}`;
  }

  function line(seconds) {
    return lines.findLast?.((each) => Number(each.dataset.from) <= seconds + 0.2) ??
      lines.filter((each) => Number(each.dataset.from) <= seconds + 0.2).pop();
  }

  function mark() {
    const now = line(media.currentTime);
    if (now === current) return;
    for (const each of lines) each.removeAttribute("aria-current");
    current = now;
    now?.setAttribute("aria-current", "true");
    if (now && follows?.checked) now.scrollIntoView({ block: "center" });
  }

  function tell() {
    mark();
    if (!media.currentTime) return;
    const page = Number(current?.dataset.number ?? 1);
    document.dispatchEvent(new CustomEvent("lrc:place", { detail: { page, offset: media.currentTime } }));
  }

  // A link that has run out is exchanged for a fresh one, and the recording goes on where it was.
  async function renew() {
    const at = media.currentTime || Number(media.dataset.at);
    if (media.error?.code === MediaError.MEDIA_ERR_DECODE || Date.now() - freshAt < 30_000) {
      say(navigator.onLine === false ? media.dataset.offline : media.dataset.unplayable);
      return;
    }
    freshAt = Date.now();
    try {
      const answer = await fetch(media.dataset.fresh, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`no fresh link: ${answer.status}`);
      media.src = `${(await answer.json()).link}#t=${at}`;
      play(at);
    } catch (trouble) {
      console.info(trouble);
      say(media.dataset.offline);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-start]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    play(Number(link.dataset.start));
  });
  const tools = document.getElementById("player-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const by = Number(event.target.closest("[data-skip]")?.dataset.skip ?? 0);
    if (by) seek(media.currentTime + by);
  });
  document.getElementById("player-rate").addEventListener("change", (event) => {
    media.defaultPlaybackRate = media.playbackRate = Number(event.target.value);
  });
  if (follows) document.getElementById("player-follow").hidden = false;
  media.addEventListener("timeupdate", tell);
  media.addEventListener("pause", tell);
  media.addEventListener("playing", () => say(""));
  media.addEventListener("error", renew);
})();
