(() => {
  const root = document.documentElement, all = (what, within) => [...(within || document).querySelectorAll(what)];
  const keep = { get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
    set: theme => { try { localStorage.setItem("theme", theme); } catch { /* a page from a file may keep nothing */ } } };
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const kept = keep.get();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  document.getElementById("theme").addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    keep.set(root.dataset.theme);
  });
  // A name in a legend shows and hides its member in all charts.
  all("svg .key").forEach(key => key.addEventListener("click", () => {
    const hide = !key.classList.contains("dim");
    all(`[data-m="${key.dataset.m}"]`).forEach(group =>
      group.classList.toggle(group.classList.contains("key") ? "dim" : "off", hide));
  }));
  // A drawing of its own: with its style, and with the patterns that it shares with the page.
  all("button[data-svg]").forEach(button => button.addEventListener("click", () => {
    const drawing = button.closest("figure").querySelector("svg.chart").cloneNode(true);
    const style = document.createElementNS(drawing.namespaceURI, "style");
    style.textContent = document.getElementById("style").textContent;
    drawing.prepend(style, document.getElementById("patterns").cloneNode(true));
    if (root.dataset.theme) drawing.dataset.theme = root.dataset.theme;
    const text = new XMLSerializer().serializeToString(drawing);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    link.download = button.dataset.svg;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }));
  const table = document.querySelector("table.numbers"), body = table.tBodies[0];
  document.getElementById("filter").addEventListener("input", event => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    all("tr", body).forEach(row => {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    });
  });
  all("th", table).forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const falling = head.getAttribute("aria-sort") === "ascending";
    all("th", table).forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const key = row => row.cells[column].dataset.v;
    const order = (one, other) => {
      const [a, b] = [key(one), key(other)];
      // What is not known comes last, whichever way.
      if (a === "" || b === "") return (a === "") - (b === "");
      const difference = column === 0 ? a.localeCompare(b) : a - b;
      return falling ? -difference : difference;
    };
    body.append(...all("tr", body).sort(order));
  }));
})();
