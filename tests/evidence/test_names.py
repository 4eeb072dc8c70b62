"""Names of files: whatever somebody calls one, it can be shown, logged and sent back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangjin.evidence.models.evidence_file import NAME_LENGTH
from jiangjin.evidence.services.names import clean_name, shown_name

FORBIDDEN = set('<>:"/\\|?*\0\r\n\t')


def cleaned(given: str, extension: str = ".jpg") -> str:
    return clean_name(given, stem="照片", extension=extension)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("新房.JPG", "新房.jpg"),
        ("新房.png", "新房.jpg"),
        ("invoice.pdf", "invoice.jpg"),
        ("C:\\Users\\陈\\新房.jpeg", "新房.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("a\0b\r\nc.jpg", "ab c.jpg"),
        ('x"; filename="y.html', "x_; filename=_y.jpg"),
        ("2015.12.31 验收.heic", "2015.12.31 验收.jpg"),
        ("", "照片.jpg"),
        (".jpg", "照片.jpg"),
        (" . . ", "照片.jpg"),
        ("e\u0301.jpg", "\u00e9.jpg"),
        ("长" * 300 + ".jpg", "长" * (NAME_LENGTH - 4) + ".jpg"),
    ],
)
def test_a_name_is_cleaned(given_name, kept):
    assert cleaned(given_name) == kept


@given(st.text(max_size=400), st.sampled_from([".jpg", ".pdf"]))
def test_any_name_becomes_one_that_can_be_shown(text, extension):
    name = cleaned(text, extension)
    assert name.endswith(extension)
    assert len(extension) < len(name) <= NAME_LENGTH
    assert not FORBIDDEN & set(name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert name == name.strip(" ")
    assert not name.startswith(".")
    name.encode("utf-8")


@given(st.text(max_size=400))
def test_cleaning_again_changes_nothing(text):
    assert cleaned(cleaned(text)) == cleaned(text)
    assert shown_name(shown_name(text)) == shown_name(text)
