// Reads the page that is shown again and again, for scripts that exchange a part of it.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function* readAgain({ waitMs, tries }) {
  for (let left = tries; left > 0; left -= 1) {
    await sleep(waitMs);
    if (document.hidden) continue;
    let response;
    let text;
    try {
      response = await fetch(location.href, { cache: "no-store" });
      text = await response.text();
    } catch {
      continue;
    }
    if (response.status >= 500) continue;
    // A redirect is the sign-in page: the session ran out. Or the page is gone.
    if (response.redirected || !response.ok) return;
    yield new DOMParser().parseFromString(text, "text/html");
  }
}
