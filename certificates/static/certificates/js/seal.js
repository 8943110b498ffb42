// Puts a chosen SVG file into the field below, where the live preview sees it.
document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.matches("[data-seal-file]") || !input.files.length) return;
  const field = input.form.elements.seal;
  field.value = await input.files[0].text();
  input.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
