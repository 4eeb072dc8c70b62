"""The field: what is good is there when the form comes back, and nobody's files but one's own can be named."""

import datetime as dt

import pytest
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from jiangjin.evidence import services
from jiangjin.evidence.forms import EvidenceField
from jiangjin.evidence.models import EvidenceFile
from tests.evidence.pictures import PDF, picture, sent, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = dt.date(2015, 12, 31)


class Report(forms.Form):
    """A form of which the text may be missing."""

    text = forms.CharField()
    evidence = EvidenceField(required=False, asks_caption=True, asks_day=True)

    def __init__(self, data=None, files=None, *, by, held=()):
        super().__init__(data, files)
        self.fields["evidence"].given_by(by, held=held, latest=TODAY)


class Proved(Report):
    """A form that wants a photo."""

    evidence = EvidenceField()


def filled(by, *files, form=Report, held=(), kept=(), **said):
    data = QueryDict(mutable=True)
    data.update({"text": "x", **said})
    data.setlist("evidence_kept", [str(key) for key in kept])
    return form(data, MultiValueDict({"evidence": list(files)}), by=by, held=held)


def wrong(form):
    return [error.code for error in form.errors.as_data().get("evidence", [])]


def chips(form):
    """Keys of the files that the drawn form would send again."""
    html = str(form["evidence"])
    return [str(file.key) for file in EvidenceFile.objects.order_by("pk") if f'value="{file.key}" checked' in html]


def test_files_are_stored_and_come_out(officer):
    form = filled(officer, sent(), sent(PDF, "a.pdf"), evidence_caption="新房", evidence_taken_on="2015-12-30")
    assert form.is_valid()
    files = form.cleaned_data["evidence"]
    assert files == list(EvidenceFile.objects.order_by("pk"))
    assert [(file.caption, file.taken_on, file.uploaded_by) for file in files] == [
        ("新房", dt.date(2015, 12, 30), officer)
    ] * 2


def test_none_is_an_empty_list(officer):
    form = filled(officer)
    assert form.is_valid()
    assert form.cleaned_data["evidence"] == []


def test_what_was_accepted_is_there_when_the_form_comes_back(officer):
    form = filled(officer, sent(), sent(b"MZ", "setup.exe"), text="")
    assert not form.is_valid()
    assert wrong(form) == ["kind"]
    file = EvidenceFile.objects.get()
    assert chips(form) == [str(file.key)]
    assert f"/evidence/{file.key}/preview/" in str(form["evidence"])
    again = filled(officer, kept=[file.key])
    assert again.is_valid()
    assert again.cleaned_data["evidence"] == [file]


def test_one_may_be_left_out_and_others_added(officer):
    filled(officer, sent(), sent()).is_valid()
    first, _second = EvidenceFile.objects.order_by("pk")
    form = filled(officer, sent(PDF, "a.pdf"), kept=[first.key])
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["evidence"]] == ["photo.jpg", "a.pdf"]


def test_the_same_photo_sent_again_is_there_once(officer):
    content = picture()
    filled(officer, sent(content), text="").is_valid()
    form = filled(officer, sent(content), kept=[EvidenceFile.objects.get().key])
    assert form.is_valid()
    assert form.cleaned_data["evidence"] == [EvidenceFile.objects.get()]


def test_nobody_names_somebody_elses_file(officer, stranger, promise):
    theirs = stored(by=stranger)[0]
    used = stored(by=officer)[0]
    services.attach(record=promise, files=[used], by=officer)
    for key in (theirs.key, used.key, "00000000-0000-0000-0000-000000000000", "nonsense", ""):
        form = filled(officer, kept=[key])
        assert wrong(form) == ["gone"], key
        assert chips(form) == []


def test_what_the_record_holds_may_be_kept_or_left_out(officer, promise):
    held = [stored(by=None)[0], stored(by=None)[0]]
    fresh = Report(by=officer, held=held)
    assert chips(fresh) == [str(file.key) for file in held]
    form = filled(officer, held=held, kept=[held[1].key])
    assert form.is_valid()
    assert form.cleaned_data["evidence"] == [held[1]]
    assert "evidence" in form.changed_data
    assert "evidence" not in filled(officer, held=held, kept=[file.key for file in held]).changed_data


def test_a_photo_may_be_wanted(officer):
    form = filled(officer, form=Proved)
    assert wrong(form) == ["required"]
    assert filled(officer, sent(), form=Proved).is_valid()


def test_too_many_the_first_ones_are_kept(officer, settings):
    settings.EVIDENCE_MAX_FILES = 2
    before = stored(by=officer)[0]
    form = filled(officer, sent(), sent(), kept=[before.key])
    assert wrong(form) == ["too_many"]
    assert len(chips(form)) == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"evidence_taken_on": "2016-01-01"}, "future"),
        ({"evidence_taken_on": "yesterday"}, "day"),
        ({"evidence_caption": "长" * 201}, "caption"),
    ],
)
def test_what_is_said_of_them_is_looked_at_first(officer, said, code):
    form = filled(officer, sent(), **said)
    assert wrong(form) == [code]
    assert not EvidenceFile.objects.exists()
    name, value = next(iter(said.items()))
    assert f'name="{name}"' in str(form["evidence"])
    assert value in str(form["evidence"])


def test_a_field_that_does_not_ask_takes_nothing_said(officer):
    form = filled(officer, sent(), form=Proved, evidence_caption="x", evidence_taken_on="2015-12-01")
    assert form.is_valid()
    file = form.cleaned_data["evidence"][0]
    assert (file.caption, file.taken_on) == ("", None)
    assert "evidence_caption" not in str(Proved(by=officer)["evidence"])


def test_without_script_it_is_a_plain_file_box(officer):
    html = str(Report(by=officer)["evidence"])
    assert 'type="file" name="evidence" multiple' in html
    assert 'accept="image/jpeg,image/png,image/webp,application/pdf"' in html
    assert "capture" not in html
    assert 'max="2015-12-31"' in html
    assert Report(by=officer).is_multipart()


def test_a_form_that_does_not_say_who_fills_it_in_is_a_mistake():
    with pytest.raises(ValueError, match="given_by"):
        filled(None, sent()).is_valid()
