// Saves answers while they are given. The page works without it, and the server decides.
const form = document.querySelector("form[data-save-url]");
const { saveUrl } = form.dataset;
const { client, seen, csrfmiddlewaretoken: token } = form.elements;
const status = form.querySelector(".quiz-saved");
const texts = status.dataset;
const PATIENCE = 20000;

let unsent = [];
let number = 0;
let inFlight, pumping, timer;
let delay = 1000;
let acknowledgedAt = -Infinity;
let shared = false;
let leaving = false;
let told = "";
let pressed = form.querySelector("button");
let abort = () => {};

// Of this tab only: others may use the same computer.
function keep(sender) {
  try {
    sessionStorage[saveUrl] = JSON.stringify({ ...sender, seen: seen.value, unsent });
  } catch { /* Switched off: leaving the page asks first. */ }
}

function show(name, link) {
  if (name === texts.state && name !== "saved") return;
  const text = texts[name] + (name === "saved" && shared ? ` ${texts.shared}` : "");
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
    if (!/waiting|signedOut/.test(texts.state)) show("saving");
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
  if (!leaving) show("saved");
  return "saved";
}

async function send(save, isRepeat) {
  const body = new URLSearchParams(save.fields);
  for (const { name, value } of [client, seen, token]) body.set(name, value);
  if (save.id) {
    save.number ??= ++number;
    body.set("number", save.number);
    // performance.now() stands still while a phone sleeps; a clock may be set back.
    const age = Math.max(performance.now() - save.at, Date.now() - save.date);
    body.set("age", Math.round(age));
  }
  const controller = new AbortController();
  const { signal } = controller;
  abort = () => controller.abort();
  const patience = setTimeout(abort, PATIENCE);
  try {
    const response = await fetch(saveUrl, { method: "POST", body, keepalive: true, signal });
    if (response.status === 403 && !isRepeat) {
      // Signing in changed the token, in another tab perhaps.
      const page = await (await fetch(location.href, { signal })).text();
      const fresh = new DOMParser().parseFromString(page, "text/html");
      token.value = fresh.querySelector("[name=csrfmiddlewaretoken]").value;
      return await send(save, true);
    }
    const reply = await response.json();
    if (response.status === 401) {
      show("signedOut", reply.login);
      return "signedOut";
    }
    if (response.status === 409) {
      unsent = [];
      if (!leaving) location.assign(reply.closed);
      leaving = true;
      return "closed";
    }
    if (!Number.isInteger(reply.seen)) throw reply;
    // What another page gave is not shown here: this page must not claim to know it, or handing in
    // would put its own older answers back.
    if (!reply.shared) seen.value = reply.seen;
    shared = reply.shared;
    acknowledgedAt = performance.now();
    return "saved";
  } catch {
    if (!leaving) show("waiting");
    return "waiting";
  } finally {
    clearTimeout(patience);
  }
}

// Everything is saved first: posted without a connection, a form ends on the browser's own page.
async function leave({ name, value }) {
  if (leaving) return;
  setLeaving(true);
  show("sending");
  let outcome = await pump();
  if (outcome === "saved" && performance.now() - acknowledgedAt > 5000) {
    outcome = await send({ fields: [] });
  }
  if (outcome === "waiting") {
    setLeaving(false);
    show("unreachable");
    return;
  }
  const button = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  form.append(button);
  // A button is called "submit" and hides the form's own method.
  HTMLFormElement.prototype.submit.call(form);
  setTimeout(() => {
    button.remove();
    setLeaving(false);
  }, PATIENCE);
}

function setLeaving(is) {
  leaving = is;
  form.setAttribute("aria-busy", is);
  for (const each of form.querySelectorAll("button")) each.setAttribute("aria-disabled", is);
}

function start() {
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage[saveUrl]);
  } catch { /* Nothing was kept. */ }
  // Reloaded, the tab goes on as the same client, so that what the old page still had under way
  // cannot arrive as something new. A copy of the tab finds no client here: it is one of its own.
  if (kept.client) [client.value, number] = [kept.client, kept.number];
  unsent = kept.unsent ?? [];
  for (const each of unsent) {
    each.at = 0;
    if (!kept.client) delete each.number;
    restore(each);
  }
  if (unsent.length) {
    // These were given by someone who knew no more than the old page did.
    seen.value = Math.min(seen.value, kept.seen);
    show("saving");
    pump();
  }
  keep();
  document.getElementById("open-items")?.focus();
}

function retry() {
  delay = 1000;
  if (unsent.length) pump();
}

form.addEventListener("input", (event) => touch(event, 700));
form.addEventListener("change", (event) => touch(event, 0));
// Safari 15 does not say which button submits.
form.addEventListener("click", ({ target }) => { pressed = target.closest("button") ?? pressed; });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  leave(pressed);
});
form.addEventListener("timeup", () => leave({ name: "submit", value: "anyway" }));
document.addEventListener("visibilitychange", retry);
addEventListener("online", () => {
  abort();
  retry();
});
addEventListener("beforeunload", (event) => {
  if (leaving || !unsent.length) return;
  event.preventDefault();
  event.returnValue = "";
});
addEventListener("pagehide", () => keep({ client: client.value, number }));
// A page out of the browser's memory may be older than what the server knows.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
start();
