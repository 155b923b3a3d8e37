"""The pages in a real browser, with and without JavaScript: journeys, keys, accessibility, print, names that are not ours.

Needs Chromium (`make test-browser`).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher.web import application
from tests.faces.web.test_escaping import PAYLOADS

pytestmark = pytest.mark.browser

PHONE, DESKTOP = (360, 740), (1280, 800)

PAGES = {
    "home": "/",
    "answer": "/search?q=budget",
    "filtered": "/search?q=budget&source=AFP&since=2019",
    "nothing": "/search?q=budjet+introuvable",
    "article": "/article/a1?q=budget&at=1",
    "context": "/kwic?q=budget",
    "names": "/names?q=budget",
    "quotes": "/quotes?q=",
    "copies": "/search?q=remaniement",
    "copy": "/article/c1",
    "diff": "/diff?left=c1&right=c2",
    "similar": "/article/b1/similar",
    "saved": "/saved",
    "archive": "/archive",
    "help": "/help",
    "error": "/nowhere",
}


Serve = Callable[..., str]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Serves applications on free ports; gives their addresses."""
    import uvicorn

    from searcher.faces.web.server import listening

    running: list[tuple[Any, threading.Thread, Any]] = []

    def serving(application_: Any) -> str:
        place = listening("127.0.0.1", 0)
        server = uvicorn.Server(
            uvicorn.Config(application_, lifespan="off", log_level="warning", http="h11", ws="none")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        running.append((server, thread, place))
        while not server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{place.getsockname()[1]}"

    yield serving
    for server, thread, place in running:
        server.should_exit = True
        thread.join()
        place.close()


@pytest.fixture(scope="module")
def site(serve: Serve, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the archive, where visitors may save."""
    place = tmp_path_factory.mktemp("kept")
    kept = searcher.SavedSearches(place / "saved.toml", place / "seen.json")
    kept.save("ville", searcher.Ask("budget ville"), index=folder)
    return serve(application(folder, saved_searches=kept, save=True))


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a fresh browser window; at the end, nothing was refused, nothing went wrong, nothing was asked of others."""
    opened: list[Any] = []
    faults: list[str] = []

    def visiting(*, js: bool = True, size: tuple[int, int] = DESKTOP, scheme: str = "light", **more: Any) -> Any:
        context = browser.new_context(
            java_script_enabled=js,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            locale="fr-FR",
            **more,
        )
        if js:
            context.add_init_script(
                "addEventListener('securitypolicyviolation', each => console.error(`policy: ${each.violatedDirective}`))"
            )
        page = context.new_page()
        page.on("console", lambda message: note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.on("dialog", dismiss)
        page.on("request", lambda request: None if "//127.0.0.1:" in request.url else note(f"asked for {request.url}"))
        opened.append(context)
        return page

    def note(text: str) -> None:
        if "status of 404" not in text:
            faults.append(text)

    def dismiss(dialog: Any) -> None:
        note(f"dialog: {dialog.message}")
        dialog.dismiss()

    yield visiting
    for context in opened:
        context.close()
    assert faults == []


def titles(page: Any) -> list[str]:
    return [each.strip() for each in page.locator(".hit h2").all_inner_texts()]


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_journey(visit: Callable[..., Any], site: str, js: bool) -> None:
    page = visit(js=js)
    page.goto(site)
    page.fill("#q", "budget")
    page.press("#q", "Enter")
    assert "30 articles" in page.inner_text("h1")
    everything = titles(page)
    assert len(everything) == 10

    page.locator("label", has_text="Reuters").click()
    page.locator("label", has_text="Le Monde").first.click()
    page.get_by_role("button", name="Appliquer").first.click()
    assert "source=Reuters" in page.url
    assert "source=Le+Monde" in page.url
    some = titles(page)
    counted = int("".join(filter(str.isdigit, page.inner_text("h1").split("article")[0])))
    assert len(some) == min(counted, 10)
    assert page.get_by_role("checkbox", name="Reuters").is_checked()

    page.get_by_role("link", name="Plus récents").click()
    latest = titles(page)
    page.get_by_role("link", name="Suivants").click()
    assert "page=2" in page.url
    page.go_back()
    assert titles(page) == latest
    page.go_back()
    assert titles(page) == some
    page.go_back()
    assert titles(page) == everything
    page.go_forward()
    page.reload()
    assert titles(page) == some

    shared = visit(js=js)
    shared.goto(page.url)
    assert titles(shared) == some
    shared.get_by_role("link", name="Retirer le filtre Source : Reuters").click()
    assert "Reuters" not in shared.url

    page.locator(".hit h2 a").first.click()
    assert page.locator(".text mark").count() >= 1
    page.locator(".matches ol a").first.click()
    assert "#m" in page.url
    page.locator('.place a[rel="next"]').click()
    assert "at=2" in page.url
    page.get_by_role("link", name="Retour à la réponse").click()
    assert titles(page) == some

    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(f"{site}/help")
    assert page.inner_text("h1") == "Help"


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_passage_of_an_answer_scrolls_to_its_match(visit: Callable[..., Any], site: str, js: bool) -> None:
    page = visit(js=js, size=PHONE)
    page.goto(f"{site}/search?q=budget")
    page.locator(".passage a").first.click()
    mark = page.locator("mark:target")
    assert mark.count() == 1
    assert mark.bounding_box()["y"] < PHONE[1]


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_search_is_saved_and_removed(visit: Callable[..., Any], site: str, js: bool) -> None:
    page = visit(js=js)
    page.goto(f"{site}/search?q=police")
    page.fill("#name", f"police {js}")
    page.get_by_role("button", name="Enregistrer").click()
    assert f"police {js}" in page.inner_text("main")
    page.get_by_role("button", name=f"Retirer la recherche police {js}").click()
    assert f"police {js}" not in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(visit: Callable[..., Any], site: str, scheme: str, size: tuple[int, int]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (extra dev)").Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    page = visit(size=size, scheme=scheme, bypass_csp=True)  # the axe script is not of this site
    for name, path in PAGES.items():
        page.goto(f"{site}{path}")
        for details in page.locator("details").all():
            details.evaluate("each => { each.open = true }")
        found = axe.run(page, options={"runOnly": tags}).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], f"{name} is wider than the window"


def test_every_control_is_reached_by_tab_and_shows_it(visit: Callable[..., Any], site: str) -> None:
    page = visit()
    for name in ("answer", "article", "context"):
        page.goto(f"{site}{PAGES[name]}")
        wanted = page.evaluate(
            """[...document.querySelectorAll('a[href], button, input, select, summary')]
               .filter(each => each.tabIndex >= 0 && each.checkVisibility() && each.type !== 'hidden'
                               && !(each.type === 'radio' && !each.checked)).length"""
        )
        reached = set()
        for _ in range(wanted * 2):
            page.keyboard.press("Tab")
            told = page.evaluate(
                """() => { const on = document.activeElement, style = getComputedStyle(on);
                   if (on === document.body) return null;
                   return [[...document.querySelectorAll('*')].indexOf(on), on.matches(':focus-visible'),
                           style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]; }"""
            )
            if told is not None:
                reached.add(told[0])
                assert told[1:] == [True, True], page.evaluate("document.activeElement.outerHTML")
        assert len(reached) >= wanted, name


def test_keys_do_what_they_say(visit: Callable[..., Any], site: str) -> None:
    page = visit()
    page.goto(f"{site}/search?q=budget")
    focused = "document.activeElement.textContent.trim()"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == titles(page)[1]
    page.keyboard.press("k")
    assert page.evaluate(focused) == titles(page)[0]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("j")
    assert page.input_value("#q") == "j"

    page.goto(f"{site}/article/a1?q=budget")
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert page.locator("mark.here").count() == 1
    assert page.url.endswith(page.locator("mark.here").get_attribute("id") or "-")
    page.locator(".keys-button").focus()
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.locator(".keys-on").uncheck()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.evaluate("document.activeElement.className").endswith("keys-button")
    page.keyboard.press("?")
    assert not page.locator("dialog").is_visible()
    page.reload()
    page.keyboard.press("?")
    assert not page.locator("dialog").is_visible()


def bars(page: Any) -> list[Any]:
    return page.locator("svg.bars a").all()  # type: ignore[no-any-return]


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_bar_leads_to_its_articles(visit: Callable[..., Any], site: str, js: bool) -> None:
    page = visit(js=js)
    page.goto(f"{site}/search?q=budget")
    bar = bars(page)[3]
    told = bar.locator("title").text_content()
    bar.locator(".space").click()
    assert page.url.count("since=") == page.url.count("until=") == 1
    assert page.inner_text("h1").split()[0] == told.partition("\u00a0: ")[2].split()[0]


def test_a_drag_across_the_timeline_chooses_a_period(visit: Callable[..., Any], site: str) -> None:
    page = visit()
    page.goto(f"{site}/search?q=budget")
    first, last = bars(page)[2], bars(page)[6]
    since = first.get_attribute("href").partition("since=")[2][:10]
    until = last.get_attribute("href").partition("until=")[2][:10]
    begin, end = (each.locator(".space").bounding_box() for each in (first, last))
    for start, stop in ((begin, end), (end, begin)):
        page.goto(f"{site}/search?q=budget")
        page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 40)
        page.mouse.down()
        page.mouse.move(stop["x"] + stop["width"] / 2, stop["y"] + 30, steps=5)
        assert "–" in page.inner_text(".drag")
        with page.expect_navigation():
            page.mouse.up()
        assert f"since={since}" in page.url
        assert f"until={until}" in page.url
    page.go_back()
    assert "since" not in page.url


def test_a_reference_is_copied(visit: Callable[..., Any], site: str) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/article/a1")
    page.get_by_role("button", name="Copier la référence").click()
    page.locator(".live", has_text="Référence copiée").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("ROY, Léa")


def test_paper_holds_the_question_and_the_address_but_no_filters(visit: Callable[..., Any], site: str) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="reading PDF needs the extra pdf")
    page = visit()
    for path, wanted in (("/search?q=budget", "pour « budget »"), ("/article/a1?q=budget", "Le budget adopté")):
        page.goto(f"{site}{path}")
        document = pdfium.PdfDocument(page.pdf(format="A4"))
        text = " ".join("\n".join(each.get_textpage().get_text_bounded() for each in document).split())
        document.close()
        assert wanted in text.replace("\xa0", " ")
        assert f"{site}{path}" in text.replace(" ", "")
        assert "Filtres" not in text
        assert "Appliquer" not in text


def test_a_page_under_another_name_gets_nothing(visit: Callable[..., Any], browser: Any, site: str) -> None:
    """DNS rebinding: evil.example points at this computer."""
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(site.replace("127.0.0.1", "evil.example") + "/search?q=budget")
    assert answer.status == 421
    assert "adopté" not in page.content()
    context.close()


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_payloads_run_nothing(visit: Callable[..., Any], serve: Serve, tmp_path: Path, js: bool) -> None:
    articles = [
        dict.fromkeys(("title", "source", "author", "section", "url"), payload)
        | {"id": f"x{number}", "text": f"alerte {payload}", "date": "2020"}
        for number, payload in enumerate(PAYLOADS)
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "articles.jsonl"])
    hostile = serve(application(tmp_path / "index"))
    page = visit(js=js)
    for number in range(1, 5):
        page.goto(f"{hostile}/search?q=alerte&page={number}")
    for path in (
        "/kwic?q=alerte",
        "/quotes?q=",
        "/names?q=",
        "/archive",
        "/diff?left=x1&right=x2",
        "/article/x1/similar",
    ):
        page.goto(f"{hostile}{path}")
    for number in range(len(PAYLOADS)):
        page.goto(f"{hostile}/article/x{number}?q=alerte&at=1")
        assert page.title().endswith("Archives")
