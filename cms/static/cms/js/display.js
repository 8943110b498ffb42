// Shows a choice at once and remembers it. The page is loaded anew only by a button, as for readings
// and for the other language, which come from the server; and never over what was typed unasked.
const bar = document.getElementById("display");
const panel = bar.querySelector("details");
const status = bar.querySelector("[role=status]");
const texts = panel.querySelector(".display__form").dataset;
const root = document.documentElement;

const isChanged = (field) => {
  const { type, options = [] } = field;
  // Of a box without a value of its own, value and defaultValue differ always.
  if (/radio|checkbox/.test(type)) return field.checked !== field.defaultChecked;
  if (!type.startsWith("select")) return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...options].findIndex((e) => e.defaultSelected));
};
// A page that answers a form brings along what had been typed.
const isUnsaved = () => "answered" in bar.dataset
  || [...document.querySelectorAll("main :is(input, select, textarea)")].some(isChanged);
const hasReadings = () => document.querySelector("ruby");

function remember() {
  const fields = [...panel.querySelectorAll("input:checked")].map((e) => [e.name, e.value]);
  const body = new URLSearchParams(fields);
  const options = { method: "POST", body, redirect: "manual", keepalive: true };
  return fetch(bar.action, options).then(({ ok, type }) => ok || type === "opaqueredirect", () => false);
}

bar.addEventListener("change", ({ target }) => {
  const { name, value } = target;
  const attribute = `data-${name.replace("_", "-")}`;
  status.textContent = "";
  if (!value) root.removeAttribute(attribute);
  else if (name !== "furigana" || hasReadings()) root.setAttribute(attribute, value);
  remember();
});

bar.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const wantsReadings = panel.querySelector("[name=furigana]:checked").value && !hasReadings();
  if (button.name !== "language" && !wantsReadings) {
    event.preventDefault();
    panel.open = false;
    panel.firstElementChild.focus();
    status.textContent = await remember() ? texts.shown : texts.offline;
  } else if (button.form === bar && isUnsaved() && !confirm(texts.ask)) {
    event.preventDefault();
  }
});

// It lies over the page: what a keyboard comes to is not to be under it.
bar.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !panel.open) return;
  panel.open = false;
  panel.firstElementChild.focus();
});
document.addEventListener("focusin", ({ target }) => {
  if (!panel.contains(target) && target.matches(":focus-visible")) panel.open = false;
});
