"""The Chinese catalogue is complete and in line with the sources; the tool refuses what would break a sentence."""

import json

import pytest
from django.core.management import CommandError, call_command

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
