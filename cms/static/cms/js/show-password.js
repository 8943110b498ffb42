// A button beneath each password field shows what was typed; without this the field is as ever.
const { show, hide } = document.getElementById("show-password").dataset;

for (const input of document.querySelectorAll("main input[type=password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show-password";
  button.textContent = show;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const isHidden = input.type === "password";
    input.type = isHidden ? "text" : "password";
    button.textContent = isHidden ? hide : show;
  });
  input.after(button);
  // Browsers offer to keep what leaves a password field, and must not keep it as plain text.
  input.form.addEventListener("submit", () => {
    input.type = "password";
  });
}
