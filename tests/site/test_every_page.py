"""What must hold on every page, in light and in dark."""

from tests.site import browser as site


def test_all_comes_from_the_site_itself(name, scheme, visit_to):
    strangers = visit_to(name, scheme).strangers
    assert not strangers, f"Serve these from book/_static instead: {strangers}"


def test_no_error_and_no_failed_request(name, scheme, visit_to):
    assert not visit_to(name, scheme).problems


def test_accessible(name, scheme, visit_to):
    violations = visit_to(name, scheme).violations
    lines = [
        f"{width} px: {text}" for width, texts in violations.items() for text in texts
    ]
    assert not lines, "Cure in _ext/accessibility.py or book.css:\n" + "\n".join(lines)


def test_accessible_on_a_phone(lecture_page, scheme, open_page):
    """Colours too, which the visits measure in a wide window alone."""
    page = open_page(f"{lecture_page}.html", width=site.PHONE, color_scheme=scheme)
    assert not site.axe(page)


def test_only_code_and_tables_scroll_sideways(name, visit_to):
    wider = {k: v for k, v in visit_to(name, "light").overflow.items() if v > 0}
    assert not wider, f"The page is wider than the window by so many pixels: {wider}"


def test_nothing_moves_while_loading(name, visit_to):
    shift = visit_to(name, "light").shift
    assert shift <= site.BUDGETS["layout_shift"], (
        f"Layout shift {shift:.3f}: give pictures width and height"
    )


def test_light(name, visit_to, base, capsys):
    loaded = visit_to(name, "light").bytes
    html = loaded[f"{base}{name}.html"] / 1000
    total = sum(loaded.values()) / 1000
    with capsys.disabled():
        print(f"\n  {name}: {total:.1f} kB compressed, of which HTML {html:.1f} kB")
    limit = site.BUDGETS["search_page_kb" if name == "search" else "first_load_kb"]
    assert html <= site.BUDGETS["html_kb"], f"{name}: {html:.0f} kB of HTML; split it"
    parts = {url.removeprefix(base): size for url, size in loaded.items()}
    assert total <= limit, f"{name}: {total:.0f} kB of {limit} kB: {parts}"


def test_status_page_tells_what_the_page_weighs(name, visit_to, base):
    if name in ("404", "search"):
        return
    address = "#" if name == "status" else f"{name}.html"
    rows = site.soup("status").select(".run-status tbody tr")
    matches = [row for row in rows if row.select_one(f"a[href='{address}']")]
    assert len(matches) == 1, "Its row is missing: see book/_ext/run_status.py"
    listed = [float(cell.get_text()) for cell in matches[0].select("td")[-2:]]
    loaded = visit_to(name, "light").bytes
    true = [loaded[f"{base}{name}.html"] / 1000, sum(loaded.values()) / 1000]
    off = [abs(first - second) for first, second in zip(listed, true, strict=True)]
    assert max(off) <= 1, f"{name}: the table says {listed} kB, the browser {true} kB"
