// Rearranges the one-file HTML for paper; tools/pdf.py calls the three functions in order.

globalThis.prepare = function () {
  const root = document.documentElement;
  root.dataset.theme = "light";
  root.dataset.mode = "light";
  document.querySelectorAll("details").forEach((e) => (e.open = true));
  document.querySelectorAll(".toggle-hidden").forEach((e) => e.classList.remove("toggle-hidden"));
  document.querySelectorAll(".headerlink, .only-dark, .copybtn, script").forEach((e) => e.remove());
  document.querySelectorAll("img").forEach((e) => (e.loading = "eager"));
  const article = document.querySelector("article");
  // The target of a page stands before it, and would land on the page before.
  article.querySelectorAll('span[id^="document-"]').forEach((e) => {
    if (e.nextElementSibling?.matches("section")) e.nextElementSibling.prepend(e);
  });
  markParts(article);
  gatherSolutions(article);
  document.querySelectorAll(".admonition").forEach((e) => {
    if (e.offsetHeight > 600) e.classList.add("long");
  });
};

function heading(section) {
  return section.querySelector(":scope > h1, :scope > h2, :scope > h3");
}

function markParts(article) {
  for (const section of article.querySelectorAll(".toctree-wrapper > section")) {
    const depth = Number(heading(section)?.tagName.slice(1) ?? 2);
    section.classList.add(depth <= 2 ? "book-part" : "book-page");
  }
  for (const section of article.querySelectorAll(".book-part section")) {
    if (section.parentElement.closest("section")?.querySelector(":scope > .toctree-wrapper")
        && section.parentElement.classList.contains("toctree-wrapper")) {
      section.classList.replace("book-part", "book-page");
    }
  }
  // The title of a lecture stands in the head of its pages.
  const rules = [];
  article.querySelectorAll(".book-part").forEach((part, number) => {
    const name = `part${number}`;
    part.style.page = name;
    const text = heading(part).textContent.trim().replaceAll('"', "”");
    rules.push(`@page ${name} { @top-left { content: "${text}"; font: 8.5pt sans-serif; color: #5b6673; } }`);
  });
  const style = document.createElement("style");
  style.textContent = rules.join("\n");
  document.head.append(style);
}

function gatherSolutions(article) {
  for (const part of article.querySelectorAll(".book-part")) {
    const solutions = [...part.querySelectorAll(".solution")];
    if (!solutions.length) continue;
    const section = document.createElement("section");
    section.className = "solutions-of-part";
    section.id = `solutions-${part.id}`;
    const title = document.createElement("h3");
    title.textContent = "Solutions";
    section.append(title, ...solutions);
    part.append(section);
  }
}

globalThis.addFrontMatter = function (facts) {
  const article = document.querySelector("article");
  const cover = document.createElement("div");
  cover.className = "book-cover";
  cover.innerHTML = facts.logo;
  for (const [kind, text] of [["title", facts.title], ["author", facts.author], ["edition", `${facts.edition}\n${facts.site}`]]) {
    const line = document.createElement("p");
    line.className = kind;
    line.style.whiteSpace = "pre-line";
    line.textContent = text;
    cover.append(line);
  }
  const contents = document.createElement("section");
  contents.className = "printed-contents";
  contents.setAttribute("aria-label", "Contents");
  const title = document.createElement("h2");
  title.textContent = "Contents";
  contents.append(title);
  const row = (section, depth) => {
    const line = document.createElement("p");
    line.className = `depth-${depth}`;
    const link = document.createElement("a");
    link.href = `#${section.id}`;
    link.textContent = heading(section).textContent.trim();
    const dots = document.createElement("span");
    dots.className = "dots";
    const page = document.createElement("span");
    page.dataset.pageOf = section.id;
    line.append(link, dots, page);
    contents.append(line);
  };
  for (const part of article.querySelectorAll(".book-part")) {
    row(part, 1);
    for (const page of part.querySelectorAll(".book-page, :scope > .solutions-of-part")) {
      row(page, 2);
    }
  }
  article.prepend(cover, contents);
  // Cross-references get the page behind them; links of the contents have theirs.
  for (const link of article.querySelectorAll('a.reference.internal[href^="#"]')) {
    if (link.closest(".printed-contents, .toctree-l1, h1, h2, h3, h4, figcaption")) continue;
    const note = document.createElement("span");
    note.className = "page-of";
    note.dataset.pageOf = decodeURIComponent(link.getAttribute("href").slice(1));
    note.dataset.prefix = " (p. ";
    link.after(note);
  }
};

globalThis.writePageNumbers = function (pages) {
  for (const place of document.querySelectorAll("[data-page-of]")) {
    const number = pages[place.dataset.pageOf];
    const prefix = place.dataset.prefix;
    place.textContent = number ? (prefix ? `${prefix}${number})` : String(number)) : "";
  }
};

globalThis.printedHeadings = function () {
  return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((e) => e.offsetHeight > 0)
    .map((e) => e.textContent.replace(/\s+/g, " ").trim());
};

// What would be cut at the edge of the paper, each with the page it stands on.
globalThis.tooWide = function () {
  const article = document.querySelector("article");
  const edge = article.getBoundingClientRect().right + 1;
  return [...article.querySelectorAll("pre, table, img, math, figure")]
    .filter((e) => e.getBoundingClientRect().right > edge || e.scrollWidth > e.clientWidth + 1 && e.matches("pre"))
    .map((e) => `${heading(e.closest(".book-page, .book-part") ?? article)?.textContent.trim()}: `
      + `${e.tagName.toLowerCase()} ${(e.textContent || e.src || "").trim().slice(0, 60)}`);
};
