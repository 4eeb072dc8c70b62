"""Fields and widgets of the house, and how the renderer and `{% field %}` draw them."""

import pytest
from django import forms
from django.template import Context, Template
from pytest_django.asserts import assertHTMLEqual

from jiangjin.common.field_view import field_view
from jiangjin.common.forms import DateInput, YuanField

TIERS = [("A", "A"), ("B", "B"), ("C", "C")]
CAUSES = [(str(number), f"cause {number}") for number in range(6)]


class FactsForm(forms.Form):
    name = forms.CharField(help_text="as on the booklet")
    tier = forms.ChoiceField(choices=TIERS)
    cause = forms.ChoiceField(choices=CAUSES)
    water = forms.NullBooleanField(required=False)
    wages = YuanField(required=False)
    surveyed_on = forms.DateField(widget=DateInput(), required=False)
    member = forms.BooleanField(required=False)


def draw(form, name):
    return Template("{% load jiangjin %}{% field bound %}").render(Context({"bound": form[name]}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "control"),
        ("tier", "choices"),
        ("cause", "control"),
        ("water", "choices"),
        ("member", "checkbox"),
    ],
)
def test_fewer_than_six_choices_are_buttons(name, kind):
    assert field_view(FactsForm()[name]).kind == kind


def test_blank_choice_is_offered_only_where_the_answer_may_stay_open():
    class TierForm(forms.Form):
        required = forms.ChoiceField(choices=[("", "---------"), *TIERS])
        open = forms.ChoiceField(choices=[("", "---------"), *TIERS], required=False)

    assert [choice.value for choice in field_view(TierForm()["required"]).choices] == ["A", "B", "C"]
    assert [choice.value for choice in field_view(TierForm()["open"]).choices] == ["", "A", "B", "C"]


def test_widgets_carry_the_classes_of_the_design_system():
    form = FactsForm()
    assert 'class="form-control"' in str(form["name"])
    assert 'class="form-select"' in str(form["cause"])
    assert 'class="form-check-input"' in str(form["member"])


def test_wrong_answer_is_said_beside_the_field_and_tied_to_it():
    form = FactsForm({"name": "", "tier": "A", "cause": "1"})
    html = draw(form, "name")
    assert "is-invalid" in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert str(form.errors["name"][0]) in html


def test_error_summary_links_to_the_fields():
    form = FactsForm({"name": "", "tier": "A", "cause": "1"})
    html = Template("{% load jiangjin %}{% form_errors form %}").render(Context({"form": form}))
    assert 'href="#id_name_field"' in html
    assert "id_tier_field" not in html


def test_typed_choice_stays_chosen():
    html = draw(FactsForm({"tier": "B"}), "tier")
    assert 'value="B" checked' in html
    assert 'value="A" checked' not in html


@pytest.mark.parametrize(
    ("typed", "fen"), [("12345", 1234500), ("12,345.60", 1234560), ("0.01", 1), ("-3", -300), ("", None)]
)
def test_yuan_become_fen(typed, fen):
    assert YuanField(required=False).clean(typed) == fen


@pytest.mark.parametrize("typed", ["1.234", "1.2万", "abc", "NaN"])
def test_unreadable_amount_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        YuanField().clean(typed)


def test_stored_fen_are_shown_as_yuan_and_unchanged_is_unchanged():
    form = FactsForm({"wages": "12345", "name": "x", "tier": "A", "cause": "1"}, initial={"wages": 1234500})
    assert 'value="12345"' in str(FactsForm(initial={"wages": 1234500})["wages"])
    assert 'value="0.5"' not in str(FactsForm(initial={"wages": 50})["wages"])
    assert 'value="0.50"' in str(FactsForm(initial={"wages": 50})["wages"])
    assert "wages" not in form.changed_data
    assert YuanField().has_changed(1234500, "12345.01")
    assert form.is_valid()
    assert form.cleaned_data["wages"] == 1234500


def test_a_select_is_drawn_as_django_draws_it():
    class PlaceForm(forms.Form):
        place = forms.ChoiceField(
            choices=[("", "any"), ("Town <1>", [(1, 'a "b" & c'), (2, "d")]), (3, "e")],
            initial=2,
            widget=forms.Select(attrs={"data-select": "1", "disabled": True, "hidden": False, "title": "<x>"}),
        )

    ours = str(PlaceForm()["place"])
    own = PlaceForm(renderer=forms.renderers.DjangoTemplates())
    assertHTMLEqual(ours, str(own["place"]).replace("<select ", '<select class="form-select" '))
    assert ours.count("selected") == 1
