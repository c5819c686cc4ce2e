/* What the pages do beyond reading; without this script they can still be read. */
(() => {
  const root = document.documentElement;
  const all = (selector) => document.querySelectorAll(selector);

  // Dark colours: as the system says, until the reader says otherwise.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const toggle = document.querySelector(".colours");
  const show = () => toggle.setAttribute("aria-pressed", dark());
  const keep = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    try {
      if (theme) localStorage.setItem("colours", theme);
      else localStorage.removeItem("colours");
    } catch {} // storage may be forbidden; then the choice holds for this page
    show();
  };
  toggle.addEventListener("click", () => {
    const wanted = dark() ? "light" : "dark";
    keep((wanted === "dark") === system.matches ? null : wanted);
  });
  system.addEventListener("change", show);
  toggle.hidden = false;
  show();

  // What scrolls can be reached and scrolled by keyboard, and says what it is.
  const boxes = [
    [".cell_input pre, article div[class*='highlight-'] > .highlight > pre", "Code"],
    [".cell_output pre", "Output"],
    [".cell_output .text_html, .pst-scrollable-table-container", "Table"],
    ["div.math", "Formula"],
  ];
  const reach = () => {
    for (const [selector, label] of boxes) {
      for (const box of all(selector)) {
        if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) {
          box.tabIndex = 0;
          box.setAttribute("role", "group");
          box.setAttribute("aria-label", label);
        } else {
          box.removeAttribute("tabindex");
          box.removeAttribute("role");
          box.removeAttribute("aria-label");
        }
      }
    }
  };
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  reach();

  // Code can be copied.
  const status = document.body.appendChild(document.createElement("p"));
  status.setAttribute("role", "status");
  status.className = "unseen";
  for (const box of navigator.clipboard ? all("div[class*='highlight-'] > .highlight") : []) {
    if (box.closest(".cell_output")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy code");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("pre").textContent);
      status.textContent = "Code copied";
      button.textContent = "Copied";
      setTimeout(() => ((button.textContent = "Copy"), (status.textContent = "")), 2000);
    });
    box.append(button);
  }

  // Figures enlarge within the page; Escape closes, and the focus returns to the link.
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.className = "enlarged";
  dialog.innerHTML =
    '<form method="dialog"><button class="plain">Close</button></form>' +
    '<div tabindex="0" role="group" aria-label="Figure"></div>';
  const enlarge = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab is wanted
    event.preventDefault();
    const pictures = [...event.currentTarget.children].map((picture) => picture.cloneNode());
    for (const picture of pictures) {
      picture.loading = "eager";
      picture.style = `--ratio: ${picture.getAttribute("width") / picture.getAttribute("height")}`;
    }
    const caption = event.currentTarget.closest("figure").querySelectorAll("figcaption p > span");
    dialog.setAttribute("aria-label", [...caption].map((part) => part.textContent).join(""));
    dialog.lastChild.replaceChildren(...pictures);
    dialog.showModal();
  };
  for (const link of all(".enlarge")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", enlarge);
  }
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  // Self-check questions: choose, then check. On paper, each option has its answer.
  for (const quiz of all(".quiz")) {
    const options = [...quiz.querySelectorAll(".option")];
    const form = document.createElement("form");
    const group = form.appendChild(document.createElement("div"));
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", quiz.querySelector("p:not(.admonition-title)").textContent);
    options.forEach((option, place) => {
      const label = group.appendChild(document.createElement("label"));
      const radio = label.appendChild(document.createElement("input"));
      Object.assign(radio, { type: "radio", name: quiz.id, value: place, required: true });
      const text = label.appendChild(document.createElement("span"));
      text.append(...option.querySelector("summary").cloneNode(true).childNodes);
    });
    const button = form.appendChild(document.createElement("button"));
    button.textContent = "Check";
    const said = document.createElement("div");
    said.setAttribute("role", "status");
    form.addEventListener("change", () => said.replaceChildren());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = options[new FormData(form).get(quiz.id)];
      said.className = "right" in chosen.dataset ? "right" : "wrong";
      said.replaceChildren(...[...chosen.cloneNode(true).children].slice(1));
    });
    options[0].before(form, said);
    quiz.classList.add("live");
  }

  // Progress marks: off until the reader turns them on, and kept on this device only.
  const home = new URL(root.dataset.content_root, location.href).pathname;
  const place = (link) => link.pathname.slice(home.length).replace(/(index)?(\.html)?$/, "");
  const progress = (pages) => {
    try {
      if (pages === null) localStorage.removeItem(`done ${home}`);
      else if (pages) localStorage.setItem(`done ${home}`, JSON.stringify(pages));
      return JSON.parse(localStorage.getItem(`done ${home}`));
    } catch {
      return null; // storage is forbidden: the marks stay off
    }
  };
  const [start, forget] = all("[data-progress]");
  const done = document.querySelector("[data-done]");
  const mark = (pages) => {
    start.hidden = Boolean(pages);
    forget.hidden = !pages;
    if (done) done.hidden = !pages;
    done?.setAttribute("aria-pressed", Boolean(pages?.includes(place(location))));
    for (const link of all(".site-contents li > a")) {
      link.classList.toggle("done", Boolean(pages?.includes(place(link))));
    }
  };
  start.addEventListener("click", () => {
    mark(progress([]));
    status.textContent = "Your progress is kept on this device.";
    forget.focus();
  });
  forget.addEventListener("click", () => {
    mark(progress(null));
    status.textContent = "Your progress is forgotten.";
    start.focus();
  });
  done?.addEventListener("click", () => {
    const pages = progress() ?? [];
    const here = place(location);
    mark(progress(pages.includes(here) ? pages.filter((page) => page !== here) : [...pages, here]));
  });
  mark(progress());

  // Ctrl+K and / lead to the search.
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    const wanted = event.key === "/" ? !typing : event.key === "k" && (event.ctrlKey || event.metaKey);
    const field = document.querySelector("input[name=q]");
    if (!wanted || !field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // From disk no script may read another page, so the search does without excerpts.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  // The number of pages found is said aloud, too.
  const results = document.getElementById("search-results");
  if (results) {
    const said = document.getElementById("search-progress");
    const say = () => (said.textContent = results.querySelector(".search-summary")?.textContent);
    new MutationObserver(say).observe(results, { childList: true, subtree: true });
  }

  // Paper shows what is folded.
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...all("details:not([open])")];
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });

  // The contents show where the reader is.
  const current = document.querySelector(".site-contents a.current:last-of-type");
  current?.closest("nav").scrollTo({ top: current.offsetTop - 200, behavior: "instant" });
  const links = new Map();
  for (const link of all(".page-contents ul ul a")) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (part) links.set(part, link);
  }
  const seen = new IntersectionObserver(
    (entries) => {
      const now = entries.filter((entry) => entry.isIntersecting).at(-1);
      if (!now) return;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(now.target).setAttribute("aria-current", "location");
    },
    { rootMargin: "-15% 0px -75% 0px" },
  );
  for (const part of links.keys()) seen.observe(part);
})();
