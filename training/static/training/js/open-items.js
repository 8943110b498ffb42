// What was answered after all leaves the summary of what is open. The server says what is.
const form = document.querySelector("form[data-save-url]");
const summary = document.getElementById("open-items");
const button = form.querySelector("[name=submit]");
let isAsking = false;
let asksAgain = false;

function replace(element, fresh) {
  const html = fresh?.innerHTML.trim() ?? "";
  if (element.innerHTML.trim() === html) return;
  element.innerHTML = html;
  // Once it held something it keeps its height: nothing moves away beneath a finger.
  if (html) element.hidden = false;
}

function show(page) {
  const open = page.getElementById("open-items");
  // It was an alert when the page came; read out anew after each answer it would be a nuisance.
  summary.removeAttribute("role");
  summary.hidden = !open;
  if (open) replace(summary, open);
  for (const each of form.querySelectorAll(".form-field__error")) {
    replace(each, page.getElementById(each.id));
  }
  const fresh = page.querySelector("form [name=submit]");
  // A button that somebody is about to press must not come to mean "as it is": the server asks first.
  if (button && fresh && fresh.value !== "anyway") {
    button.value = fresh.value;
    // With its furigana, if it has any.
    button.replaceChildren(...fresh.childNodes);
  }
  document.title = page.title;
}

async function ask() {
  asksAgain = isAsking;
  if (isAsking) return;
  isAsking = true;
  try {
    const response = await fetch(location.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // Signed out, or closed: the next save finds out.
    if (page.querySelector("form[data-save-url]")) show(page);
  } catch { /* No connection: it stays as it was. */ }
  isAsking = false;
  if (asksAgain) ask();
}

form.addEventListener("saved", ask);
