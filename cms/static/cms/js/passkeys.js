// Shows the buttons for passkeys where the browser knows them, and says when one was not used.
// The ceremony itself is allauth's webauthn.js.
const problem = document.getElementById("passkey-problem");

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      problem.hidden = true;
    });
  }
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  problem.hidden = false;
});

// The box of the page's form counts for the passkey's form too.
const box = document.getElementById("id_shared");
const copy = document.getElementById("passkey_shared");
if (box && copy) {
  const follow = () => {
    copy.value = box.checked ? "on" : "";
  };
  box.addEventListener("change", follow);
  follow();
}
