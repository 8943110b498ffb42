// Moves the progress on and shows the answers once they are there. A link does it without this.
const WAIT_MS = 1000;
const TRIES = 900;

const place = document.querySelector("[data-list]");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function readPage() {
  const response = await fetch(location.href, { cache: "no-store" });
  // A redirect is the sign-in page; anything but a page means that the list is gone.
  if (response.redirected || !response.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

for (let tries = 0; tries < TRIES && place && "waiting" in place.dataset; tries += 1) {
  await sleep(WAIT_MS);
  if (document.hidden) continue;
  let page;
  try {
    page = await readPage();
  } catch {
    continue;
  }
  const now = page?.querySelector("[data-list]");
  if (!now) break;
  if ("waiting" in now.dataset) {
    // The bar itself stays, so that it moves and nothing loses the focus.
    const [bar, next] = [place, now].map((each) => each.querySelector("progress"));
    if (next.hasAttribute("value")) {
      bar.max = next.max;
      bar.value = next.value;
    }
    place.querySelector("p").replaceChildren(...now.querySelector("p").childNodes);
    continue;
  }
  delete place.dataset.waiting;
  // The region that is read out stays, so that its new text is.
  const [told, ...shown] = now.children;
  place.firstElementChild.replaceChildren(...told.childNodes);
  place.append(...shown);
}
