"""What makes WeasyPrint's PDF/A-3a a PDF/UA-1 at once, which it cannot do by itself (its issue
2783), and puts our drawing under the page."""

import zlib
from functools import lru_cache

import pydyf

from .ornament import draw_background

# PDF/A allows pdfuaid only where its schema is described (ISO 19005-3, 6.6.2.3).
IDENTIFICATION = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""
RDF_END = b"</rdf:RDF>"
POINTS_PER_PIXEL = 0.75


def declare_pdfua(pdf: pydyf.PDF) -> None:
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    (packet,) = metadata.stream
    if packet.count(RDF_END) != 1:
        raise ValueError("the metadata packet is not as expected")
    metadata.stream = [packet.replace(RDF_END, IDENTIFICATION + RDF_END)]
    # Readable by tools that look for the packet without unpacking anything.
    metadata.compress = False


def name_heading(pdf: pydyf.PDF, text: str) -> None:
    """Letter-spaced as it is, the heading would be read out letter by letter."""
    _only(pdf, "S", "/H1")["ActualText"] = pydyf.String(text)


def place_figures(pdf: pydyf.PDF) -> None:
    """WeasyPrint gives a figure's box in CSS pixels from the top, PDF wants points from below."""
    height = _only(pdf, "Type", "/Page")["MediaBox"][3]
    for figure in _all(pdf, "S", "/Figure"):
        layout = figure["A"]
        left, top, right, bottom = (value * POINTS_PER_PIXEL for value in layout["BBox"])
        layout["BBox"] = pydyf.Array([left, height - bottom, right, height - top])


def list_files_once(pdf: pydyf.PDF) -> None:
    """WeasyPrint lists each attachment twice, as file and as object."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def add_background(pdf: pydyf.PDF, *, is_specimen: bool, accent_colour: str) -> None:
    page = _only(pdf, "Type", "/Page")
    packed = _pack_background(is_specimen, accent_colour)
    background = pydyf.Stream([packed], {"Filter": "/FlateDecode"})
    pdf.add_object(background)
    page["Contents"] = pydyf.Array([background.reference, page["Contents"]])


def _only(pdf: pydyf.PDF, key: str, value: str) -> pydyf.Dictionary:
    (found,) = _all(pdf, key, value)
    return found


def _all(pdf: pydyf.PDF, key: str, value: str) -> list[pydyf.Dictionary]:
    return [item for item in pdf.objects if isinstance(item, dict) and item.get(key) == value]


def pack_streams(pdf: pydyf.PDF) -> None:
    """pydyf packs every stream once for the file's identifier and once more to write it."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.compress:
            content = b"\n".join(map(pydyf._to_bytes, item.stream))
            item.stream = [zlib.compress(content, 6)]
            item.extra["Filter"] = "/FlateDecode"
            item.compress = False


@lru_cache(maxsize=16)
def _pack_background(is_specimen: bool, accent_colour: str) -> bytes:
    drawing = draw_background(is_specimen=is_specimen, accent_colour=accent_colour)
    return zlib.compress(drawing, 9)
