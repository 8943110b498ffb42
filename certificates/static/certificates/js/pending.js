// Exchanges "being prepared" for the certificate once it is there. A link does it without this.
const WAIT_MS = 3000;
const TRIES = 100;

const places = () => [...document.querySelectorAll("[data-certificate]")];
const isPending = (place) => place.querySelector("[data-pending]") !== null;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function readPage() {
  const response = await fetch(location.href, { cache: "no-store" });
  // A redirect is the sign-in page: the session ran out, and asking on is of no use.
  if (response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

for (let tries = 0; tries < TRIES && places().some(isPending); tries += 1) {
  await sleep(WAIT_MS);
  if (document.hidden) continue;
  let page;
  try {
    page = await readPage();
  } catch {
    continue;
  }
  if (page === null) break;
  for (const place of places().filter(isPending)) {
    const now = page.getElementById(place.id);
    if (now && !isPending(now)) place.replaceChildren(...now.childNodes);
  }
}
