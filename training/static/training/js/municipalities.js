// Fills the municipality list when a prefecture is chosen; without this a button does it.
const { url } = document.getElementById("municipalities-script").dataset;
const prefecture = document.getElementById("id_prefecture");
const municipality = document.getElementById("id_municipality");
const button = document.querySelector(".list-municipalities");

async function fill() {
  const wanted = prefecture.value;
  try {
    const response = await fetch(`${url}?prefecture=${encodeURIComponent(wanted)}`);
    // A session that ran out answers with the sign-in page.
    if (!response.ok || response.redirected) throw new Error(response.status);
    const options = await response.text();
    if (wanted === prefecture.value) municipality.innerHTML = options;
    button.hidden = true;
  } catch {
    // No signal: the button asks the server with the form as it stands.
    button.hidden = false;
  }
}

button.hidden = true;
prefecture.addEventListener("change", fill);
// The browser may have put a prefecture back after a reload, but never the list that goes with it.
if (prefecture.value && municipality.options.length < 2) fill();
