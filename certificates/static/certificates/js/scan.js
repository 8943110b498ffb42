// Reads the QR code with the camera where the browser can; a photo does it everywhere.
const WAIT_MS = 200;
const section = document.querySelector("[data-scan]");
const video = section.querySelector("video");
const start = section.querySelector("[data-start]");
const stop = section.querySelector("[data-stop]");
const told = [...section.querySelectorAll("[data-told]")];
const { address, answer } = section.dataset;

const tell = (name) => told.forEach((each) => { each.hidden = each.dataset.told !== name; });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function canScan() {
  if (!navigator.mediaDevices || !("BarcodeDetector" in globalThis)) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

// Only the address of a certificate here is followed, and only to the page of this site.
const readCode = (text) =>
  text.startsWith(address) && /^[0-9A-Za-z-]{13,20}$/.test(text.slice(address.length))
    ? text.slice(address.length)
    : null;

function close() {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  video.hidden = true;
  stop.hidden = true;
  start.hidden = false;
}

async function look() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  while (video.srcObject) {
    for (const { rawValue } of await detector.detect(video)) {
      const code = readCode(rawValue);
      if (code) {
        close();
        location.assign(answer + code);
        return;
      }
      tell("foreign");
    }
    await sleep(WAIT_MS);
  }
}

start.addEventListener("click", async () => {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
    video.hidden = false;
    start.hidden = true;
    stop.hidden = false;
    tell("looking");
    await video.play();
    await look();
  } catch (error) {
    close();
    tell(error.name === "NotAllowedError" ? "refused" : "absent");
  }
});
stop.addEventListener("click", () => {
  close();
  tell("");
});
addEventListener("pagehide", close);
canScan().then((can) => { section.hidden = !can; });
