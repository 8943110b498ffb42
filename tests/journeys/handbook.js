// Run in a page whose picture is taken for a handbook.
window.handbook = (() => {
  const DAY = 86400000;
  const BASE = Date.UTC(2026, 9, 1);
  const today = new Date(Date.now() + 9 * 3600000);
  const zero = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());

  // Days near the one on which the picture is taken become days near 1 October 2026.
  function shift(year, month, day) {
    const then = Date.UTC(year, month - 1, day);
    if (Math.abs(then - zero) > 100 * DAY) return null;
    const moved = new Date(BASE + (then - zero));
    return [moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate()];
  }

  function steadyText(text) {
    return text
      .replace(/令和(\d+)年(\d+)月(\d+)日/g, (all, y, m, d) => {
        const to = shift(2018 + +y, +m, +d);
        return to ? `令和${to[0] - 2018}年${to[1]}月${to[2]}日` : all;
      })
      .replace(/(20\d\d)年(\d+)月(\d+)日/g, (all, y, m, d) => {
        const to = shift(+y, +m, +d);
        return to ? `${to[0]}年${to[1]}月${to[2]}日` : all;
      })
      .replace(/(20\d\d)-(\d\d)-(\d\d)/g, (all, y, m, d) => {
        const to = shift(+y, +m, +d);
        return to ? to.map((each) => String(each).padStart(2, "0")).join("-") : all;
      })
      .replace(/(午前|午後)?\d{1,2}:\d{2}/g, "10:00")
      .replace(/\d+\s*(秒|分|時間)前|たった今/g, "5分前")
      .replace(/令和\d+年度 第\d+号/g, "令和8年度 第000123号")
      .replace(/\b(?!AAAA-)[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b/g, "X2GX-YAFF-RGAVV")
      .replace(/\b(?=\w*\d)[0-9A-HJKMNP-TV-Z]{13}\b/g, "X2GXYAFFRGAVV");
  }

  function texts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  }

  function steady() {
    for (const node of texts(document.body)) {
      const to = steadyText(node.data);
      if (to !== node.data) node.data = to;
    }
    // The browser's own words, which are in the browser's language.
    for (const input of document.querySelectorAll("input[type=file]")) {
      if (input.style.display === "none") continue;
      const box = document.createElement("span");
      const style = getComputedStyle(input);
      box.style.cssText =
        `display:block;box-sizing:border-box;inline-size:${input.offsetWidth}px;` +
        `padding:${style.padding};border:${style.border};border-radius:${style.borderRadius};` +
        `font:${style.font}`;
      const name = input.files.length ? input.files[0].name : "選択されていません";
      const button = document.createElement("span");
      button.textContent = "ファイルを選択";
      button.style.cssText =
        "border:1px solid #767676;border-radius:3px;background:#efefef;padding:2px 8px;margin-right:6px";
      box.append(button, name);
      box.className = "handbook-file";
      input.after(box);
      input.style.display = "none";
    }
  }

  function find(selector) {
    const [css, wanted] = selector.split(" :: ");
    for (const element of document.querySelectorAll(css)) {
      if (!element.checkVisibility()) continue;
      if (!wanted || element.textContent.includes(wanted) || element.value === wanted) {
        return element;
      }
    }
    throw new Error(`nothing to be seen of ${selector}`);
  }

  function lines(element) {
    const said = element.innerText.split("\n");
    for (const field of element.querySelectorAll("input, select, textarea")) {
      if (!field.checkVisibility() || ["checkbox", "radio", "file"].includes(field.type)) continue;
      said.push(
        field.tagName === "SELECT"
          ? field.selectedOptions[0]?.text ?? ""
          : steadyText(field.value || field.placeholder),
      );
    }
    return said.map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean);
  }

  // What is in the page and can come to be seen, as HTML.
  function readPage() {
    const copy = document.documentElement.cloneNode(true);
    for (const hidden of copy.querySelectorAll('[style*="display: none"], svg')) hidden.remove();
    return copy.outerHTML;
  }

  function readWords(parts) {
    return parts.flatMap((part) => lines(find(part)));
  }

  function boxOf(element) {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  }

  function mark(parts, press) {
    const boxes = parts.map((part) => boxOf(find(part)));
    const pad = 20;
    const edges = {
      left: Math.max(0, Math.min(...boxes.map((box) => box.left)) - pad),
      top: Math.max(0, Math.min(...boxes.map((box) => box.top)) - pad),
      right: Math.min(innerWidth, Math.max(...boxes.map((box) => box.right)) + pad),
      bottom: Math.min(innerHeight, Math.max(...boxes.map((box) => box.bottom)) + pad),
    };
    press.forEach((selector, index) => {
      const box = boxOf(find(selector));
      const ring = document.createElement("div");
      ring.className = "handbook-ring";
      ring.style.cssText =
        `position:fixed;z-index:2147483647;left:${box.left - 5}px;top:${box.top - 5}px;` +
        `width:${box.right - box.left + 10}px;height:${box.bottom - box.top + 10}px;` +
        "box-sizing:border-box;border:4px solid #ce0000;border-radius:10px;pointer-events:none";
      const number = document.createElement("div");
      number.textContent = index + 1;
      number.style.cssText =
        `position:absolute;left:${Math.max(-18, 7 - box.left)}px;` +
        `top:${Math.max(-18, 7 - box.top)}px;` +
        "width:26px;height:26px;border-radius:13px;" +
        "background:#ce0000;color:#fff;font:bold 16px/26px sans-serif;text-align:center";
      ring.append(number);
      document.documentElement.append(ring);
    });
    return {
      x: edges.left,
      y: edges.top,
      width: edges.right - edges.left,
      height: edges.bottom - edges.top,
    };
  }

  // Before the next picture of the same page.
  function tidy() {
    for (const ring of document.querySelectorAll(".handbook-ring")) ring.remove();
  }

  return { readPage, readWords, steady, mark, tidy };
})();
