// Rearranges the one-file HTML for paper; tools/pdf.py calls the functions in this order:
// prepare, addFrontMatter, tooWide, then writePageNumbers before each print.

const SHORT_CODE = 10; // lines: such a cell is never broken over two pages
const LONG_BLOCK = 20; // lines: code without an empty line may then be broken, too
const FEW_LINES = 4; // never alone on their side of a break
const SHORT_OUTPUT = 190; // CSS pixels: such an output stays with the code above it
const SHORT_TABLE = 300; // the same, if the output holds a table
const HALF_PAGE = 430; // what is higher may be broken
const LONG_WORD = 40; // letters: shorter words of code are not broken in running text

globalThis.prepare = function () {
  const article = document.querySelector("article");
  document.documentElement.dataset.theme = "light";
  document.querySelector(".home")?.classList.remove("home"); // its title is a picture
  article.querySelectorAll(".headerlink, .only-dark, .copy, script").forEach((e) => e.remove());
  article.querySelectorAll("img").forEach((e) => (e.loading = "eager"));
  unfold(article);
  splitParts(article);
  moveTargets(article);
  repairLinks(article);
  gatherSolutions(article);
  showAddresses(article);
  article.querySelectorAll(".enlarge, .citation a[role='doc-backlink']").forEach((e) => e.replaceWith(...e.childNodes));
  addRunningHeads(article);
  cutCode(article);
  keepWords(article);
  keepTogether(article);
  markWrappedLines(article);
};

// Nothing folds on paper: a box with its title takes the place of each folded part.
function unfold(article) {
  for (const folded of article.querySelectorAll("details")) {
    const box = make("div", folded.className);
    box.id = folded.id;
    const summary = folded.querySelector(":scope > summary");
    const title = make("p", summary.className);
    title.append(...summary.childNodes);
    summary.remove();
    box.append(title, ...folded.childNodes);
    folded.replaceWith(box);
  }
}

// The preface, each lecture and each page behind them become the parts of the book.
function splitParts(article) {
  const preface = article.querySelector(":scope > section");
  const parts = [...preface.querySelectorAll(":scope > .toctree-wrapper > section")];
  const first = make("span"); // Sphinx gives every page a target but the first
  first.id = "document-index";
  preface.prepend(first);
  // The target of a page stands before it, and would land on the page before.
  article.querySelectorAll('span[id^="document-"]').forEach((e) => {
    if (e.nextElementSibling?.matches("section")) e.nextElementSibling.prepend(e);
  });
  for (const part of parts) {
    const pages = [...part.querySelectorAll(":scope > .toctree-wrapper > section")];
    pages.forEach((page) => page.classList.add("book-page"));
    part.querySelectorAll(":scope > .toctree-wrapper").forEach((e) => e.remove());
    part.append(...pages);
    part.classList.toggle("lecture", pages.length > 0);
    part.querySelectorAll("h2, h3, h4, h5, h6").forEach((e) => rename(e, `h${e.tagName[1] - 1}`));
  }
  preface.querySelectorAll(":scope > .toctree-wrapper").forEach((e) => e.remove());
  heading(preface).textContent = "Preface";
  [preface, ...parts].forEach((e) => e.classList.add("book-part"));
  article.append(...parts);
}

// The target of a heading stands before it, and would stay behind on the page before.
function moveTargets(article) {
  for (const target of [...article.querySelectorAll("span[id]:empty")].reverse()) {
    const next = target.nextElementSibling;
    if (next?.matches("h1, h2, h3, h4, h5, h6")) next.prepend(target);
  }
}

// Sphinx names sections page by page, so that names repeat in one file, and writes some
// links with the name of the file.
function repairLinks(article) {
  const places = Map.groupBy(article.querySelectorAll("[id]"), (e) => e.id);
  const home = (e) => e.closest(".book-page, .book-part");
  const links = [...article.querySelectorAll('a[href^="#"], a[href^="index.html#"]')];
  for (const link of links) link.setAttribute("href", link.getAttribute("href").replace(/^index\.html/, ""));
  const linksTo = Map.groupBy(links, (e) => decodeURIComponent(e.hash.slice(1)));
  for (const [id, elements] of places) {
    if (!id) elements.forEach((e) => e.removeAttribute("id"));
    if (!id || elements.length === 1) continue;
    elements.slice(1).forEach((element, number) => {
      element.id = `${id}--${number + 2}`;
      linksTo.get(id)?.filter((e) => home(e) === home(element))
        .forEach((e) => e.setAttribute("href", `#${element.id}`));
    });
  }
}

// Each lecture's solutions stand at its end; exercise and solution name each other's page.
function gatherSolutions(article) {
  for (const part of article.querySelectorAll(".book-part")) {
    const solutions = [...part.querySelectorAll(".solution")];
    if (!solutions.length) continue;
    const section = make("section", "solutions");
    section.id = `solutions-${part.id}`;
    section.append(make("h2", "", "Solutions"));
    const exercises = new Map([...part.querySelectorAll(".exercise")].map((e) => [title(e).textContent.trim(), e]));
    let page;
    for (const solution of solutions) {
      const exercise = exercises.get(title(solution).textContent.trim().replace(/^Solution to /, ""));
      if (exercise.closest(".book-page") !== page) {
        page = exercise.closest(".book-page");
        section.append(make("h3", "", heading(page).textContent.trim()));
      }
      title(exercise).append(pageLink(solution.id, "solution on p.\u00a0"));
      title(solution).append(" ", pageLink(exercise.id, "exercise on p.\u00a0"));
      section.append(solution);
    }
    part.append(section);
  }
}

// Paper shows where a link leads, unless the link itself says it.
function showAddresses(article) {
  for (const link of article.querySelectorAll("a.external")) {
    const address = link.href.replace(/^https?:\/\/|\/$/g, "");
    if (link.closest(".citation") || link.textContent.includes(address)) continue;
    link.after(make("span", "address", ` (${address})`));
  }
}

// Left pages name the lecture, right pages the section, each by a kind of page of its own.
function addRunningHeads(article) {
  const rules = [];
  const font = 'font: 9pt "Book Sans", sans-serif; color: #56616e;';
  article.querySelectorAll(".book-part, .book-page, .solutions").forEach((section, number) => {
    section.style.page = `head${number}`;
    const [left, right] = [section.closest(".book-part"), section]
      .map((e) => CSS.escape(heading(e).textContent.replace(/\s+/g, " ").trim()));
    rules.push(`@page head${number}:left { @top-left { content: "${left}"; ${font} } }`);
    rules.push(`@page head${number}:right { @top-right { content: "${right}"; ${font} } }`);
  });
  document.head.append(make("style", "", rules.join("\n")));
}

// Code is cut into lines, and these into blocks, at empty lines: paper breaks between
// blocks. Each carries the background, which so ends where the code does.
function cutCode(article) {
  for (const pre of article.querySelectorAll("pre")) {
    const blocks = blocksOf(rowsOf(pre.innerHTML.trimEnd()));
    pre.innerHTML = blocks
      .map(({ rows, gap, open }) => `<span class="block${open ? " open" : ""}" style="--gap: ${gap}">`
        + `${rows.map((row) => `<span class="line">${row}</span>`).join("")}</span>`)
      .join("");
  }
}

// The lines of some HTML; tags that are open at a line's end are closed, and opened again.
function rowsOf(html) {
  const rows = [""];
  const open = [];
  for (const [part] of html.matchAll(/<[^>]*>|\n|[^<\n]+/g)) {
    if (part === "\n") {
      rows[rows.length - 1] += "</span>".repeat(open.length);
      rows.push(open.join(""));
      continue;
    }
    if (part.startsWith("</")) open.pop();
    else if (part.startsWith("<")) open.push(part);
    rows[rows.length - 1] += part;
  }
  return rows;
}

function blocksOf(rows) {
  const blocks = [];
  for (const row of rows) {
    const last = blocks.at(-1);
    if (!plain(row).trim()) {
      if (last) last.gap += 1;
    } else if (!last || last.gap) {
      blocks.push({ rows: [row], gap: 0 });
    } else {
      last.rows.push(row);
    }
  }
  return blocks.flatMap(piecesOf);
}

// Long code without an empty line is cut before a statement that is not indented.
function piecesOf({ rows, gap }) {
  const pieces = [];
  let rest = rows;
  while (rest.length > LONG_BLOCK) {
    let cut = Math.min(LONG_BLOCK, rest.length - FEW_LINES);
    while (cut >= FEW_LINES && /^[\s)\]}]/.test(plain(rest[cut]))) cut -= 1;
    if (cut < FEW_LINES) cut = LONG_BLOCK - FEW_LINES;
    pieces.push({ rows: rest.slice(0, cut), gap: 0, open: true });
    rest = rest.slice(cut);
  }
  return [...pieces, { rows: rest, gap, open: false }];
}

function plain(html) {
  return html.replace(/<[^>]*>/g, "");
}

// An option that is broken behind its dash is another one.
function keepWords(article) {
  for (const code of article.querySelectorAll("code")) {
    if (code.closest("pre, td, th")) continue;
    for (const text of textsIn(code)) {
      const words = text.textContent.split(/(\s+)/).map((word) => (
        word.trim() && word.length <= LONG_WORD ? make("span", "unbroken", word) : word
      ));
      text.replaceWith(...words);
    }
  }
}

function textsIn(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

// Here and below all is measured before anything is changed: each change between two
// measurements would lay out the whole book again.
function keepTogether(article) {
  const boxes = [...article.querySelectorAll(".admonition, table")]
    .filter((e) => e.offsetHeight > HALF_PAGE);
  const outputs = [...article.querySelectorAll(".cell_output")].filter((e) => (
    !e.querySelector("img") && e.offsetHeight <= (e.querySelector("table") ? SHORT_TABLE : SHORT_OUTPUT)
  ));
  boxes.forEach((e) => e.classList.add("long"));
  outputs.forEach((e) => e.classList.add("whole"));
  for (const cell of article.querySelectorAll(".cell")) {
    const code = cell.querySelector(".cell_input");
    if (!code) continue;
    const short = code.querySelectorAll(".line").length <= SHORT_CODE;
    if (short) code.classList.add("whole");
    if (cell.querySelector(".cell_output.whole")) code.classList.add("before-output");
  }
  for (const field of article.querySelectorAll("td, th")) {
    const text = field.textContent.trim();
    if (/^[\d\s.,:%€–−-]+$/.test(text)) field.classList.add("unbroken");
  }
}

function markWrappedLines(article) {
  const wrapped = [...article.querySelectorAll("pre .line")]
    .filter((e) => e.offsetHeight > 1.5 * parseFloat(getComputedStyle(e).lineHeight));
  wrapped.forEach((e) => e.classList.add("wrapped"));
}

globalThis.addFrontMatter = function (facts) {
  const article = document.querySelector("article");
  const cover = make("section", "cover");
  cover.innerHTML = facts.logo;
  cover.firstElementChild.setAttribute("aria-hidden", "true");
  cover.append(make("h1", "", facts.title), make("p", "", facts.author));
  const imprint = make("section", "imprint");
  for (const line of facts.imprint) imprint.append(make("p", "", line));
  const contents = make("nav", "contents");
  contents.append(make("h1", "", "Contents"), listOf(article.querySelectorAll(".book-part")));
  noteReferences(article);
  article.prepend(cover, imprint, contents);
};

function listOf(sections) {
  const list = make("ul");
  for (const section of sections) {
    const link = make("a", "", heading(section).textContent.trim());
    link.href = `#${section.id}`;
    link.append(make("span", "dots"), pageOf(section.id));
    const row = make("li");
    row.append(link);
    const below = section.querySelectorAll(":scope > .book-page, :scope > .solutions");
    if (below.length) row.append(listOf(below));
    list.append(row);
  }
  return list;
}

// Cross-references get the page behind them, except where the reader knows the place:
// literature and glossary are in alphabetical order.
function noteReferences(article) {
  const marks = make("div");
  marks.hidden = true;
  article.querySelectorAll('a.reference.internal[href^="#"]').forEach((link, number) => {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) throw new Error(`No place in the book for the link ${link.outerHTML}`);
    if (link.matches(".locator")) return toPage(link, target.id);
    if (target.matches(".citation, dt, .footnote") || link.closest("h1, h2, h3, h4, figcaption, caption")) return;
    const inside = isInParentheses(link);
    const note = pageOf(target.id, inside ? ", p.\u00a0" : " (p.\u00a0", inside ? "" : ")");
    // The print tells the page of what a link points to: so one points to this link.
    link.id ||= `reference-${number}`;
    note.dataset.from = link.id;
    const mark = make("a");
    mark.href = `#${link.id}`;
    marks.append(mark);
    link.after(note);
  });
  article.append(marks);
}

// The index of a printed book names pages, where the site names sections.
function toPage(link, id) {
  (link.querySelector("strong") ?? link).replaceChildren(pageOf(id));
}

function isInParentheses(link) {
  const before = document.createRange();
  before.setStart(link.closest("p, li, dd, td, div"), 0);
  before.setEndBefore(link);
  const text = before.toString();
  return text.split("(").length > text.split(")").length;
}

globalThis.writePageNumbers = function (pages) {
  for (const note of document.querySelectorAll("[data-page-of]")) {
    const { pageOf, from, before = "", after = "", shown } = note.dataset;
    const number = pages[pageOf];
    // No number for what stands on the same page; one that was shown stays, so that the
    // numbers settle.
    if (!number || (from && pages[from] === number && !shown)) continue;
    note.textContent = `${before}${number}${after}`;
    note.dataset.shown = "yes";
  }
  startOnTheRight(pages);
};

// Lectures begin on a right page, behind an empty one where needed.
function startOnTheRight(pages) {
  let shift = 0;
  for (const part of document.querySelectorAll(".lecture")) {
    if (!pages[part.id] || (pages[part.id] + shift) % 2) continue;
    if (part.previousElementSibling.matches(".blank")) {
      part.previousElementSibling.remove();
      shift -= 1;
    } else {
      part.before(make("div", "blank"));
      shift += 1;
    }
  }
}

globalThis.printedHeadings = function () {
  return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((e) => e.offsetHeight > 0)
    .map((e) => e.textContent.replace(/\s+/g, " ").trim());
};

// What would be cut at the edge of the paper, each with the page it stands on.
globalThis.tooWide = function () {
  const article = document.querySelector("article");
  const edge = article.getBoundingClientRect().right + 1;
  return [...article.querySelectorAll(".book-part :is(pre, table, img, math, figure, p, li)")]
    .filter((e) => e.getBoundingClientRect().right > edge || (e.matches("pre, p, li") && e.scrollWidth > e.clientWidth + 1))
    .map((e) => `${heading(e.closest(".book-page, .book-part")).textContent.trim()}: `
      + `${e.tagName.toLowerCase()} ${(e.textContent || e.alt || "").trim().slice(0, 60)}`);
};

function make(tag, kind = "", text = "") {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
}

function rename(element, tag) {
  const other = make(tag, element.className);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

function heading(section) {
  return section.querySelector(":scope > :is(h1, h2, h3)");
}

function title(box) {
  return box.querySelector(":scope > .admonition-title");
}

function pageOf(id, before = "", after = "") {
  const note = make("span", "page-of");
  Object.assign(note.dataset, { pageOf: id, before, after });
  return note;
}

function pageLink(id, text) {
  const link = make("a", "to-solution");
  link.href = `#${id}`;
  link.append(pageOf(id, text));
  return link;
}
