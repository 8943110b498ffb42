// Exchanges "being prepared" for the certificate once it is there. A link does it without this.
import { readAgain } from "./poll.js";

const places = () => [...document.querySelectorAll("[data-certificate]")];
const isPending = (place) => place.querySelector("[data-pending]") !== null;

if (places().some(isPending)) {
  for await (const page of readAgain({ waitMs: 3000, tries: 100 })) {
    for (const place of places().filter(isPending)) {
      const now = page.getElementById(place.id);
      if (now && !isPending(now)) place.replaceChildren(...now.childNodes);
    }
    if (!places().some(isPending)) break;
  }
}
