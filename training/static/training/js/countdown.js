// Shows the time that is left, and hands in when it is over. The server decides whether it is.
const clock = document.querySelector("[data-seconds-left]");
const form = document.querySelector("form[data-save-url]");
const bar = form.querySelector(".quiz-left");
let endsAt;
let shown;
let tryAgainAt = 0;

function set({ dataset }, since) {
  endsAt = since + dataset.secondsLeft * 1000;
}

function describe(minutes) {
  const { left, lastMinute, over } = clock.dataset;
  if (!minutes) return over;
  return minutes === 1 ? lastMinute : left.replace("{}", minutes);
}

function show(minutes) {
  if (minutes === shown) return;
  // The first one is what the page said; then only these two are worth an interruption.
  const announces = shown && (minutes === 5 || minutes === 1);
  bar.setAttribute("aria-live", announces ? "polite" : "off");
  for (const each of document.querySelectorAll(".quiz-left")) each.textContent = describe(minutes);
  shown = minutes;
}

function tick() {
  const now = performance.now();
  const minutes = Math.max(0, Math.ceil((endsAt - now) / 60000));
  show(minutes);
  if (minutes || now < tryAgainAt) return;
  tryAgainAt = now + 20000;
  form.dispatchEvent(new Event("timeup"));
}

// This clock stands still while a phone sleeps, and the phone's own may be wrong: ask.
async function ask() {
  if (document.hidden) return;
  try {
    const response = await fetch(location.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-seconds-left]");
    if (fresh) set(fresh, performance.now());
  } catch { /* No connection: it goes on as it was. */ }
}

set(clock, performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
tick();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", ask);
