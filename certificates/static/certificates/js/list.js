// Moves the progress on and shows the answers once they are there. A link does it without this.
import { readAgain } from "./poll.js";

const place = document.querySelector("[data-list][data-waiting]");

if (place) {
  for await (const page of readAgain({ waitMs: 1000, tries: 900 })) {
    const now = page.querySelector("[data-list]");
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
    break;
  }
}
