"""Other people's programs, by which the PDF is judged."""

import io
import re
import subprocess
import tempfile
from pathlib import Path

import pypdf
from PIL import Image


def run_on(content, *command):
    """The output of a program on the file; PDF in the command stands for its path."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        words = [file.name if word == "PDF" else word for word in command]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def poppler_lines(content):
    return run_on(content, "pdftotext", "PDF", "-").split("\n")


def pypdf_text(content):
    return pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def draw_page(content, dpi=150):
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page"
        run_on(content, "pdftoppm", "-r", str(dpi), "-png", "-singlefile", "PDF", str(target))
        with Image.open(target.with_suffix(".png")) as image:
            return image.convert("RGB")


def text_boxes(content):
    """(text, left, top, right, bottom) of every line, in millimetres from the upper left."""
    layout = run_on(content, "pdftotext", "-bbox-layout", "PDF", "-")
    pattern = (
        r'<line xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</line>'
    )
    boxes = []
    for *edges, words in re.findall(pattern, layout, re.DOTALL):
        text = " ".join(re.findall(r">([^<]+)</word>", words))
        boxes.append((text, *(float(edge) * 25.4 / 72 for edge in edges)))
    return boxes
