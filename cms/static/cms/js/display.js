// Shows a choice at once, where the page stands, and remembers it: nothing that was typed is lost.
const form = document.getElementById("display");

const isChanged = (field) => field.options
  ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected))
  : field.value !== field.defaultValue || field.checked !== field.defaultChecked;
const isTyped = () =>
  [...document.querySelectorAll("main :is(input, select, textarea)")].some(isChanged);

form.addEventListener("change", ({ target }) => {
  const name = `data-${target.name.replace("_", "-")}`;
  if (target.value) document.documentElement.setAttribute(name, target.value);
  else document.documentElement.removeAttribute(name);
  fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    redirect: "manual",
    keepalive: true,
  }).then(() => {
    // Readings come from the server.
    const isMissing = target.name === "furigana" && target.value && !document.querySelector("ruby");
    if (isMissing && !isTyped()) location.reload();
  }).catch(() => {});
});
