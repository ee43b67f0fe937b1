"""Looks at plots and reports as a person would: in headless Chromium, on light and on dark paper.

Usage: python reports.py GROUNDSWELL CHROMIUM NOTEBOOK.ipynb...

Every SVG of the notebooks is shown as a picture on white and on black. In the screenshots each anomaly must be a red disc
where the drawing says that it is, and texts and lines must stand out from the paper. Every notebook is converted to a
report, in which Chromium must find as many anomalies as the plots' legends count, and run no script; and by nbconvert
to HTML, which must hold the same plots.

Prints a line a notebook; exits 1 if any fails.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from PIL import Image

RED = (229, 72, 77)
PAPERS = {"white": (255, 255, 255), "black": (0, 0, 0), "#111": (17, 17, 17)}


def luminance(colour):
    def linear(part):
        part /= 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """As the Web Content Accessibility Guidelines define it: 1 for equal colours, 21 for black and white."""
    brighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


class Browser:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def _run(self, page, *options):
        command = [
            self.program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={self.folder}/profile",
            *options, f"file://{page}",
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    def picture(self, page, width, height):
        path = self.folder / "shot.png"
        self._run(page, f"--screenshot={path}", f"--window-size={width},{height}")
        with Image.open(path) as image:
            return image.convert("RGB")

    def document(self, page):
        return self._run(page, "--dump-dom")


def near(colour, other, distance=40):
    return all(abs(a - b) <= distance for a, b in zip(colour, other))


def check_drawing(browser, svg, folder):
    """The number of anomalies found; none where the drawing is a histogram."""
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    discs = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5"[^>]*class="anomaly"', svg)]
    (folder / "plot.svg").write_text(svg, encoding="utf-8")
    for name, paper in PAPERS.items():
        page = folder / "page.html"
        page.write_text(
            f'<body style="margin:0;background:{name}"><img src="plot.svg" width="{width}" height="{height}"></body>'
        )
        image = browser.picture(page, width, height)
        for x, y in discs:
            found = image.getpixel((min(width - 1, round(x)), min(height - 1, round(y))))
            assert near(found, RED), f"on {name} the anomaly at {x}, {y} is {found}"
        title = [image.getpixel((x, y)) for x in range(60, 400) for y in range(6, 24)]
        best = max(contrast(pixel, paper) for pixel in title)
        assert best >= 4, f"on {name} the title has a contrast of {best:.1f}"
        strokes = set(re.findall(r'(?:stroke|class="bin" fill|height="16" fill)="rgb\((\d+),(\d+),(\d+)\)"', svg))
        for colour in strokes:
            assert contrast(tuple(map(int, colour)), paper) >= 2.9, f"on {name} {colour} does not stand out"
    return len(discs)


def check(browser, groundswell, path, folder):
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    plots = [output.data for output in outputs if "image/svg+xml" in output.get("data", {})]
    found = 0
    for plot in plots:
        count = check_drawing(browser, plot["image/svg+xml"], folder)
        said = re.search(r"● (\d+) anomal", plot["text/plain"])
        assert count == (int(said.group(1)) if said else 0), f"the drawing has {count} anomalies, its text {said}"
        found += count
    report = folder / "report.html"
    subprocess.run([groundswell, "-c", f"notebook convert {path} {report}"], check=True, capture_output=True)
    page = report.read_text(encoding="utf-8")
    # A script that somebody put into an output must not run.
    report.write_text(page.replace("<main>", "<main><script>document.title = 'run'</script>", 1), encoding="utf-8")
    document = browser.document(report)
    assert "<title>run</title>" not in document, "a script ran"
    assert document.count('class="anomaly"') == found, "the report shows other anomalies"
    assert document.count("<section") == len(notebook.cells), "the report shows other cells"
    html, _ = HTMLExporter().from_notebook_node(notebook)
    assert html.count("svg") >= len(plots), "nbconvert leaves plots out"
    return f"{len(plots)} drawings with {found} anomalies"


def main(groundswell, chromium, paths):
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        browser = Browser(chromium, folder)
        for path in paths:
            try:
                print(f"{path}: {check(browser, groundswell, path, folder)}")
            except AssertionError as error:
                print(f"{path}: {error}")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
