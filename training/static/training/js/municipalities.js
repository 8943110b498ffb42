// Fills the municipality list when a prefecture is chosen; without this a button does it.
const script = document.getElementById("municipalities-script");
const prefecture = document.getElementById("id_prefecture");
const municipality = document.getElementById("id_municipality");
document.querySelector(".list-municipalities").hidden = true;

prefecture.addEventListener("change", async () => {
  const url = `${script.dataset.url}?prefecture=${encodeURIComponent(prefecture.value)}`;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(response.status);
    municipality.innerHTML = await response.text();
  } catch {
    // No signal: the button asks the server with the form as it stands.
    document.querySelector(".list-municipalities").hidden = false;
  }
});
