// Fills the municipality list when a prefecture is chosen; without this a button does it.
const { url } = document.getElementById("municipalities-script").dataset;
const prefecture = document.getElementById("id_prefecture");
const municipality = document.getElementById("id_municipality");
const button = document.querySelector(".list-municipalities");
const standing = document.querySelectorAll("input[name='standing']");

// Where people worked before is found too if it merged since.
function address() {
  const former = document.querySelector("input[name='standing'][value='former']:checked");
  return `${url}?prefecture=${encodeURIComponent(prefecture.value)}${former ? "&past=1" : ""}`;
}

async function fill() {
  const wanted = address();
  const chosen = municipality.value;
  try {
    const response = await fetch(wanted);
    // A session that ran out answers with the sign-in page.
    if (!response.ok || response.redirected) throw new Error(response.status);
    const options = await response.text();
    if (wanted !== address()) return;
    municipality.innerHTML = options;
    if (municipality.querySelector(`option[value="${CSS.escape(chosen)}"]`)) municipality.value = chosen;
    button.hidden = true;
  } catch {
    // No signal: the button asks the server with the form as it stands.
    button.hidden = false;
  }
}

button.hidden = true;
prefecture.addEventListener("change", fill);
for (const radio of standing) {
  radio.addEventListener("change", () => {
    if (prefecture.value) fill();
  });
}
// The browser may have put a prefecture back after a reload, but never the list that goes with it.
if (prefecture.value && municipality.options.length < 2) fill();
