// The button beneath each password field shows what was typed; without this the field is as ever.
for (const button of document.querySelectorAll(".show-password")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const { hide } = button.dataset;
  // With its furigana, if it has any.
  const show = [...button.childNodes];
  button.addEventListener("click", () => {
    const isHidden = input.type === "password";
    input.type = isHidden ? "text" : "password";
    button.replaceChildren(...(isHidden ? [hide] : show));
  });
  button.hidden = false;
  // Browsers offer to keep what leaves a password field, and must not keep it as plain text.
  input.form.addEventListener("submit", () => {
    input.type = "password";
  });
}
