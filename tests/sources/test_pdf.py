"""The text of PDF files."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from asterisk_search.sources.pdf import PdfUnreadable, pdf_readable, pdf_text


def pdf(*pages: str) -> bytes:
    """A PDF with one line of text a page."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 300)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_each_page_has_its_text() -> None:
    assert pdf_readable()
    assert pdf_text(pdf("first page", "second page"), 1000) == ["first page", "second page"]


def test_no_more_is_read_than_was_asked_for() -> None:
    assert pdf_text(pdf("first page", "second page", "third"), 15) == ["first page", "secon"]


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n%%EOF", pdf("x")[:200]])
def test_a_damaged_file_is_said_to_be_one(content: bytes) -> None:
    with pytest.raises(PdfUnreadable):
        pdf_text(content, 1000)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_damage_is_survived(data: st.DataObject) -> None:
    content = bytearray(pdf("some words", "more words"))
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pdf_text(bytes(content), 1000)
    except PdfUnreadable as error:
        assert str(error)
