// Asks by the file's SHA-256 first, so that a genuine file is never sent. Without this, and where the
// browser has no crypto.subtle (no encryption), the form uploads the file.
const section = document.querySelector("[data-file-check]");
const form = section.querySelector("form");
const input = form.elements.file;
const told = [...section.querySelectorAll("[data-told]")];
const maxBytes = Number(section.dataset.maxBytes);
const canHash = Boolean(globalThis.crypto?.subtle);

const tell = (name) => told.forEach((each) => { each.hidden = each.dataset.told !== name; });
const part = (name) => section.querySelector(`[data-tell="${name}"]`);

async function isKnown(sha256) {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ sha256 }),
  });
  // Whoever is asked to wait reads why on a page.
  if (response.status === 429) return true;
  if (!response.ok) throw new Error(response.status);
  return (await response.json()).is_known;
}

function showAnswer(sha256) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "sha256";
  field.value = sha256;
  form.append(field);
  input.disabled = true;
  form.submit();
}

// A page from the browser's memory, by Back, would still carry them.
addEventListener("pageshow", () => {
  form.querySelector("[name=sha256]")?.remove();
  input.disabled = false;
  tell("");
});

// Where readers look for it: a few bytes may stand before it.
async function isPdf(file) {
  try {
    return (await file.slice(0, 1024).text()).includes("%PDF-");
  } catch {
    return true;
  }
}

async function check() {
  const [file] = input.files;
  if (!file) return tell("choose");
  if (file.size > maxBytes) return tell("too-long");
  if (!(await isPdf(file))) return tell("no-pdf");
  if (!canHash) return form.submit();
  tell("working");
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const sha256 = [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
    if (await isKnown(sha256)) showAnswer(sha256);
    else tell("unknown");
  } catch {
    tell("failed");
  }
  return undefined;
}

part("hash").hidden = !canHash;
part("upload").hidden = canHash;
part("insecure").hidden = canHash;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
input.addEventListener("change", () => tell(""));
section.querySelector("[data-upload]").addEventListener("click", () => form.submit());
section.addEventListener("dragover", (event) => {
  event.preventDefault();
  section.classList.add("is-dropping");
});
section.addEventListener("dragleave", () => section.classList.remove("is-dropping"));
section.addEventListener("drop", (event) => {
  event.preventDefault();
  section.classList.remove("is-dropping");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  check();
});
