"""The Chinese catalogue is complete and in line with the sources; the tool refuses what would break a sentence."""

import json
import re
from pathlib import Path

import django
import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from jiangjin.common import messages
from jiangjin.common.messages import MessageId


def test_the_catalogue_is_complete_and_compiled():
    assert messages.problems() == []


def test_extraction_finds_python_templates_plurals_and_contexts(tmp_path):
    code = tmp_path / "code.py"
    code.write_text('_("one")\nngettext("%(n)d cow", "%(n)d cows", n)\npgettext("verb", "lead")\n')
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<p>\n   {% translate "from a page" %}\n  {% blocktranslate count n=3 %}{{ n }} hen'
        "{% plural %}{{ n }} hens{% endblocktranslate %}</p>"
    )
    found = messages.extract(code) | messages.extract(page)
    assert found == {
        MessageId("one"),
        MessageId("%(n)d cow", "%(n)d cows"),
        MessageId("lead", "", "verb"),
        MessageId("from a page"),
        MessageId("%(n)s hen", "%(n)s hens"),
    }


def test_the_same_words_give_the_same_bytes():
    words = {MessageId("a"): "甲", MessageId("b %(n)d", "bs %(n)d"): "乙 %(n)d"}
    assert messages.render(words) == messages.render(dict(reversed(words.items())))


@pytest.mark.parametrize(
    ("message", "text", "wrong"),
    [
        (MessageId("%(name)s left"), "%(name)s离开", False),
        (MessageId("%(name)s left"), "离开", True),
        (MessageId("left"), "%(name)s离开", True),
        (MessageId("one cow", "%(n)d cows"), "%(n)d头牛", False),
    ],
)
def test_placeholders_must_agree(message, text, wrong):
    assert messages.mismatch(message, text) is wrong


def test_a_merge_with_other_placeholders_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "catalogue_path", lambda: tmp_path / "zh" / "django.po")
    monkeypatch.setattr(messages, "extract_all", lambda: {MessageId("%(name)s left")})
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"%(name)s left": "离开"}), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("messages", merge=file)
    file.write_text(json.dumps({"%(name)s left": "%(name)s离开"}), encoding="utf-8")
    call_command("messages", merge=file)
    assert messages.read_translations() == {MessageId("%(name)s left"): "%(name)s离开"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (forms.CharField(), "", "请填写此项。"),
        (forms.DateField(), "2015-13-01", "日期不正确，请按“2015-12-31”的样式填写。"),
        (forms.IntegerField(max_value=5), "7", "不能大于 5。"),
        (forms.CharField(max_length=2), "三个字", "最多填写 2 个字，现有 3 个。"),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "“b”不在可选范围内，请重新选择。"),
        (forms.FileField(), None, "请填写此项。"),
        (forms.DecimalField(max_digits=6, decimal_places=2), "1.234", "小数最多 2 位。"),
    ],
)
def test_what_django_says_is_said_as_an_office_would(field, value, expected):
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refusal:
        field.clean(value)
    assert refusal.value.messages == [expected]


def test_words_taken_over_from_django_are_still_its_own():
    """A sentence that a new release of Django says otherwise would be translated for nobody."""
    own = {path.read_text(encoding="utf-8") for path in Path(django.__file__).parent.rglob("*.py")}
    own |= {path.read_text(encoding="utf-8") for path in Path(django.__file__).parent.rglob("*.html")}
    joined = re.sub(r'"\s*\n\s*"', "", "\n".join(own))
    source = Path(settings.BASE_DIR) / "jiangjin" / "common" / "borrowed_words.py"
    for message in messages.extract(source):
        assert message.text in joined, message.text
