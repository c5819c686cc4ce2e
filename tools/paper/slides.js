// Makes slides fit while they are written: text shrinks in steps, then goes on overleaf.
(async () => {
  const UNITS = ":scope > :is(ul, ol) > li, :scope > table > tbody > tr, :scope > :not(ul, ol, table, figure)";
  const main = document.querySelector("main");
  const body = (slide) => slide.querySelector(".body");
  const units = (slide) => [...body(slide).querySelectorAll(UNITS)];
  const overflows = (slide) => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = body(slide);
    return scrollHeight > clientHeight || scrollWidth > clientWidth;
  };

  // A table may become smaller than words do.
  function shrink(slide) {
    const smallest = body(slide).querySelector("table") ? 0.62 : 0.72;
    for (let size = 1; size > smallest && overflows(slide); size -= 0.04) {
      body(slide).style.setProperty("--size", size.toFixed(2));
    }
  }

  function split(slide) {
    const rest = slide.cloneNode(true);
    while (overflows(slide) && units(slide).length > 1) units(slide).at(-1).remove();
    const kept = units(slide).length;
    const lists = units(slide).filter((unit) => unit.matches("ol > li")).length;
    units(rest).slice(0, kept).forEach((unit) => unit.remove());
    body(rest).querySelectorAll(":scope > ol").forEach((list) => { list.start += lists; });
    for (const list of [slide, rest].flatMap((part) => [...part.querySelectorAll(".body > :is(ul, ol, table)")])) {
      if (!list.querySelector("li, tbody > tr")) list.remove();
    }
    body(rest).removeAttribute("style");
    rest.querySelector("h2:not(:has(.more))")?.insertAdjacentHTML("beforeend", ' <span class="more">(continued)</span>');
    if (units(rest).length) slide.after(rest);
  }

  await Promise.all([...document.fonts].map((font) => font.load()));
  await Promise.all([...document.images].map((image) => image.decode()));
  main.classList.add("fitting");
  for (let slide = main.firstElementChild; slide; slide = slide.nextElementSibling) {
    shrink(slide);
    if (overflows(slide)) split(slide);
    if (overflows(slide)) throw new Error(`This does not fit on a slide: ${slide.innerText}`);
  }
  const slides = [...main.children];
  slides.forEach((slide, place) => {
    slide.id = place + 1;
    slide.querySelector("footer").insertAdjacentHTML("beforeend", `<span>${place + 1} / ${slides.length}</span>`);
  });
  main.classList.remove("fitting");
})();
