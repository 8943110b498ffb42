// Saves answers while they are given. The page works without it, and the server decides.
const form = document.querySelector("form[data-save-url]");
const { saveUrl } = form.dataset;
const { client, seen, csrfmiddlewaretoken: token } = form.elements;
const status = form.querySelector(".quiz-saved");
const sharing = form.querySelector(".quiz-shared");
const newer = form.querySelector(".quiz-newer");
const texts = status.dataset;
const PATIENCE = 20000;
// The server reads no more digits.
const OLDEST = 999999999;

const kept = load();
let unsent = kept.unsent ?? [];
let number = kept.number ?? 0;
// The id under which the tab goes on when it is reloaded.
let lasting = kept.client;
let inFlight, pumping, timer;
let delay = 1000;
let acknowledgedAt = -Infinity;
let isOver = false;
let hasReloaded = kept.hasReloaded;
let hiddenUntil = document.hidden ? Infinity : -Infinity;
let leaving = false;
let told = "";
let pressed = form.querySelector("button");
let abort = () => {};

function load() {
  try {
    return JSON.parse(sessionStorage[saveUrl]);
  } catch {
    return {};
  }
}

// Of this tab only: others may use the same computer.
function keep() {
  const state = { client: lasting, number, seen: seen.value, unsent, hasReloaded };
  try {
    sessionStorage[saveUrl] = JSON.stringify(state);
  } catch { /* Switched off: leaving the page asks first. */ }
}

// Whether this page alone sends under that id, for as long as it is open. The page that was
// reloaded may take a moment to let go, or to be let go of.
function hold(id) {
  return new Promise((resolve) => {
    const patience = new AbortController();
    setTimeout(() => patience.abort(), 1000);
    navigator.locks.request(`attempt-${id}`, { signal: patience.signal }, () => {
      resolve(true);
      return new Promise(() => {});
    }).catch(() => resolve(false));
  });
}

// Reloaded, the tab goes on as the same client, so that what the old page still had under way
// cannot arrive as something new. A copy of the tab has the same storage, but not the lock.
// There are no locks without https: then every page is a client of its own.
async function settle() {
  if (!navigator.locks) {
    lasting = null;
    number = 0;
  } else if (kept.client && await hold(kept.client)) {
    client.value = kept.client;
  } else if (await hold(client.value)) {
    lasting = client.value;
    number = 0;
  } else {
    await renew();
  }
  keep();
}

// A copy of the tab that goes on under the same id begins with the number it was copied with. In
// steps that nobody can foresee, it does not use one that was used, and its answer is not taken for
// a save that was sent twice.
function nextNumber() {
  return number + 1 + (crypto.getRandomValues(new Uint16Array(1))[0] % 9999);
}

async function renew() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  client.value = Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
  number = 0;
  lasting = navigator.locks && await hold(client.value) ? client.value : null;
}

function show(name, link) {
  // Neither another press nor a connection helps once the time is over.
  if (isOver && /waiting|unreachable/.test(name)) name = "over";
  if (name === texts.state) return;
  const text = texts[name];
  // Screen readers hear what is new, not every single save.
  status.ariaLive = name === "saving" || text === told ? "off" : "polite";
  if (name !== "saving") told = text;
  texts.state = name;
  status.textContent = text;
  if (!link) return;
  const a = { href: link, target: "_blank", rel: "noopener", textContent: texts.signIn };
  status.append(" ", Object.assign(document.createElement("a"), a));
}

const isTick = ({ type }) => type === "radio" || type === "checkbox";

function read(question) {
  return [...question.elements]
    .filter((e) => e.name && e.tagName !== "BUTTON" && (e.checked || !isTick(e)))
    .map((e) => [e.name, e.value]);
}

function restore({ id, fields }) {
  for (const e of document.getElementById(id)?.elements ?? []) {
    const values = fields.filter(([name]) => name === e.name).map(([, value]) => value);
    if (isTick(e)) e.checked = values.includes(e.value);
    else if (values.length) [e.value] = values;
  }
}

const last = {};
function touch({ target }, wait) {
  const question = target.closest("fieldset.question");
  if (!question) return;
  const { id } = question;
  const fields = read(question);
  const text = JSON.stringify(fields);
  if (last[id] !== text) {
    last[id] = text;
    unsent = unsent.filter((each) => each.id !== id || each === inFlight);
    unsent.push({ id, fields, at: performance.now(), date: Date.now() });
    keep();
    if (!/waiting|signedOut|over/.test(texts.state)) show("saving");
  }
  if (unsent.length) later(wait);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(pump, wait);
}

function pump() {
  clearTimeout(timer);
  pumping ??= drain().finally(() => { pumping = null; });
  return pumping;
}

// One after the other, so that the server can tell a late repeat by its number.
async function drain() {
  await ready;
  while (unsent.length) {
    inFlight = unsent[0];
    const outcome = await send(inFlight);
    const isReplaced = unsent.some((each) => each !== inFlight && each.id === inFlight.id);
    if (outcome === "saved" || isReplaced) unsent = unsent.filter((each) => each !== inFlight);
    inFlight = null;
    keep();
    if (outcome !== "saved") {
      later(delay * (0.5 + Math.random()));
      delay = Math.min(delay * 2, 60000);
      return outcome;
    }
    delay = 1000;
  }
  if (!leaving) {
    show("saved");
    form.dispatchEvent(new Event("saved"));
  }
  return "saved";
}

// performance.now() stands still while a phone sleeps, and the phone's clock may be put forward or
// back. It is believed only of a time when the phone may have slept.
function ageOf({ at, date }) {
  const passed = performance.now() - at;
  const byClock = Date.now() - date;
  const hasSlept = byClock - passed > 5000 && hiddenUntil > at;
  return Math.min(Math.round(hasSlept ? byClock : passed), OLDEST);
}

// Whoever waits for a connection waits in vain when the attempt is no more; the page knows what is.
function reloadOnce() {
  if (hasReloaded) throw new Error("The page is there and cannot be saved.");
  hasReloaded = true;
  leaving = true;
  keep();
  location.reload();
  return "closed";
}

async function send(save, isRepeat) {
  if (save.id && save.client !== client.value) {
    save.client = client.value;
    number = nextNumber();
    save.number = number;
    keep();
  }
  const body = new URLSearchParams(save.fields);
  for (const { name, value } of [client, seen, token]) body.set(name, value);
  if (save.id) {
    body.set("number", save.number);
    body.set("age", ageOf(save));
  }
  const controller = new AbortController();
  const { signal } = controller;
  abort = () => controller.abort();
  const patience = setTimeout(abort, PATIENCE);
  try {
    const response = await fetch(saveUrl, { method: "POST", body, keepalive: true, signal });
    if (response.status === 403 && !isRepeat) {
      // Signing in changed the token, in another tab perhaps.
      const page = await fetch(location.href, { signal });
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const field = fresh.querySelector("[name=csrfmiddlewaretoken]");
      if (page.status === 404 || (page.redirected && !field)) return reloadOnce();
      // Redirected to a page that has one, the save is told why: signed out, or closed.
      token.value = field.value;
      return await send(save, true);
    }
    if (response.status === 404) return reloadOnce();
    const reply = await response.json();
    if (response.status === 401) {
      show("signedOut", reply.login);
      return "signedOut";
    }
    if (response.status === 409 && reply.renew) {
      await renew();
      return await send(save, isRepeat);
    }
    if (response.status === 409) {
      unsent = [];
      if (!leaving && isOver) handIn();
      else if (!leaving) location.assign(reply.closed);
      leaving = true;
      return "closed";
    }
    if (!Number.isInteger(reply.seen)) throw reply;
    // What another page gave is not shown here: this page must not claim to know it, or handing in
    // would put its own older answers back.
    if (!reply.shared) seen.value = reply.seen;
    tellShared(reply.shared);
    isOver = false;
    hasReloaded = false;
    acknowledgedAt = performance.now();
    return "saved";
  } catch {
    if (!leaving && !save.isQuiet) show("waiting");
    return "waiting";
  } finally {
    clearTimeout(patience);
  }
}

async function saveAll() {
  const outcome = await pump();
  const isFresh = performance.now() - acknowledgedAt < 5000;
  return outcome !== "saved" || isFresh ? outcome : send({ fields: [] });
}

// Everything is saved first: posted without a connection, a form ends on the browser's own page.
async function leave({ name, value, attributes }) {
  if (leaving) return;
  setLeaving(true);
  if (!isOver) show("sending");
  const outcome = await saveAll();
  if (outcome === "waiting") {
    setLeaving(false);
    show("unreachable");
    return;
  }
  const button = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  form.append(button);
  const { action } = form;
  form.action = attributes?.formaction?.value ?? action;
  // A button is called "submit" and hides the form's own method.
  HTMLFormElement.prototype.submit.call(form);
  setTimeout(() => {
    button.remove();
    form.action = action;
    setLeaving(false);
  }, PATIENCE);
}

function handIn() {
  leave({ name: "submit", value: "anyway" });
}

// The link is the page's own address. Loaded anew it shows what counts; what waits here comes along.
function tellShared(is) {
  if (newer.hidden !== is) return;
  newer.hidden = !is;
  sharing.textContent = is ? texts.shared : "";
}

async function showNewer() {
  if (leaving) return;
  setLeaving(true);
  const outcome = await saveAll();
  if (outcome === "waiting") {
    setLeaving(false);
    show("unreachable");
  } else if (outcome !== "closed") {
    location.reload();
  }
}

// What was done elsewhere while nobody looked at this page.
async function look() {
  if (leaving) return;
  const outcome = await send({ fields: [], isQuiet: true });
  if (outcome === "saved" && texts.state && !unsent.length) show("saved");
}

function setLeaving(is) {
  leaving = is;
  form.setAttribute("aria-busy", is);
  for (const each of form.querySelectorAll("button")) each.setAttribute("aria-disabled", is);
}

function start() {
  for (const each of unsent) {
    each.at = performance.now() - Math.max(0, Date.now() - each.date);
    restore(each);
  }
  if (unsent.length) {
    // These were given by someone who knew no more than the old page did.
    seen.value = Math.min(seen.value, kept.seen);
    show("saving");
    pump();
  }
  document.getElementById("open-items")?.focus();
}

function retry() {
  delay = 1000;
  if (unsent.length) pump();
  else if (!document.hidden) look();
}

// Enter saves and stays; it may also end the writing of a word in Japanese.
form.addEventListener("keydown", (event) => {
  const { key, target, isComposing } = event;
  const { value } = form.querySelector("button");
  if (key !== "Enter" || isComposing || target.tagName !== "INPUT" || value !== "here") return;
  event.preventDefault();
  touch(event, 0);
  // Not beneath the bar, which may have come up only now.
  target.scrollIntoView({ block: "nearest" });
});
form.addEventListener("input", (event) => touch(event, 700));
form.addEventListener("change", (event) => touch(event, 0));
// Safari 15 does not say which button submits. Not all of them stand inside of the form.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.form === form) pressed = button;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  leave(pressed);
});
form.addEventListener("timeup", () => {
  isOver = true;
  handIn();
});
document.addEventListener("visibilitychange", () => {
  hiddenUntil = document.hidden ? Infinity : performance.now();
  retry();
});
newer.addEventListener("click", (event) => {
  event.preventDefault();
  showNewer();
});
addEventListener("online", () => {
  abort();
  retry();
});
addEventListener("beforeunload", (event) => {
  if (leaving || !unsent.length) return;
  event.preventDefault();
  event.returnValue = "";
});
addEventListener("pagehide", keep);
// A page out of the browser's memory may be older than what the server knows.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
const ready = settle();
start();
