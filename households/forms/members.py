"""Forms about people: joining, being corrected, a year's facts, leaving, another head."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from households.forms.changing import ChangeForm
from households.forms.fields import IdentityField, NameField, model_field, number_input, reason_field
from households.models import Member, MemberChange, MemberYear, Relation
from households.services.facts import MEMBER_YEAR_FIELDS
from households.services.members import JOINING, LEAVING

NAME = {"autocomplete": "off", "spellcheck": "false"}
NOT_HEAD = [choice for choice in Relation.choices if choice[0] != Relation.HEAD]
BY_NUMBER = _("by the identity number")
YEAR_HELP: dict[str, str | Promise] = {
    "schooling": _("Asked of children and young people from 6 to 23 years."),
    "labour": _("Asked from 16 to 65 years."),
    "medical_insured": _("Counts for the verdict: everybody in the household must be insured."),
}


def labels(changes: Iterable[MemberChange]) -> list[tuple[str, Any]]:
    """Choices of some of the ways to come or to go."""
    return [(change.value, change.label) for change in changes]


class MemberForm(ChangeForm):
    """Correct a person. The identity number on file is not shown; one that is typed replaces it."""

    name = model_field(Member, "name", form_class=NameField, widget=forms.TextInput(attrs=NAME))
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=NOT_HEAD)
    sex = model_field(Member, "sex")
    ethnicity = model_field(Member, "ethnicity")
    identity = IdentityField(label=_("New identity number"), required=False)
    joined_on = model_field(Member, "joined_on")
    reason = reason_field(required=False, help_text=_("Why it is corrected; it stands in the change log."))

    def __init__(self, data: Any = None, *, member: Member, **kwargs: Any) -> None:
        names = ["name", "sex", "ethnicity", "joined_on"]
        # Another head is chosen on a page of its own, where everybody's relation is told anew.
        is_head = member.relation == Relation.HEAD
        names += [] if is_head else ["relation"]
        super().__init__(data, on_file={name: getattr(member, name) for name in names}, **kwargs)
        self.fields["identity"].help_text = _("On file: %(masked)s. Leave it empty to keep that.") % {
            "masked": member.identity_masked
        }
        if is_head:
            del self.fields["relation"]

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if self.cleaned_data.get("identity") is not None:
            changes["identity"] = self.cleaned_data["identity"]
        return changes


def year_field(name: str) -> Any:
    """One of the year's questions about a person."""
    options: dict[str, Any] = {"help_text": YEAR_HELP.get(name, "")}
    if name == "work_months":
        options |= {"widget": number_input(), "max_value": 12}
    return model_field(MemberYear, name, **options)


class YearFacts(forms.Form):
    """What is asked of a person every year."""

    education = year_field("education")
    schooling = year_field("schooling")
    health = year_field("health")
    labour = year_field("labour")
    work_place = year_field("work_place")
    work_months = year_field("work_months")
    medical_insured = year_field("medical_insured")
    pension_insured = year_field("pension_insured")
    serious_illness_insured = year_field("serious_illness_insured")
    on_allowance = year_field("on_allowance")
    in_service = year_field("in_service")

    def answers(self) -> dict[str, Any]:
        """The questions that were answered."""
        given = {name: self.cleaned_data.get(name) for name in MEMBER_YEAR_FIELDS}
        return {name: value for name, value in given.items() if value is not None and value != ""}


class MemberFactsForm(YearFacts, ChangeForm):
    """A person's facts of one year."""

    reason = reason_field(required=False, help_text=_("Why it is corrected; it stands in the change log."))

    def __init__(self, data: Any = None, *, known: MemberYear | None, **kwargs: Any) -> None:
        on_file = {name: getattr(known, name) if known is not None else _empty(name) for name in MEMBER_YEAR_FIELDS}
        super().__init__(data, on_file=on_file, **kwargs)


def _empty(name: str) -> Any:
    column: Any = MemberYear._meta.get_field(name)
    return None if column.null else ""


class AddMemberForm(YearFacts, ChangeForm):
    """One more person. Sex follows from the identity number unless it is said."""

    name = model_field(Member, "name", form_class=NameField, widget=forms.TextInput(attrs=NAME))
    identity = IdentityField(help_text=_("18 digits; 15 for an old one, 20 or 22 for a disability card."))
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=[("", "---------"), *NOT_HEAD])
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    ethnicity = model_field(Member, "ethnicity")
    joined_by = forms.ChoiceField(label=_("How this person came to the household"), choices=labels(JOINING))
    joined_on = model_field(Member, "joined_on", label=_("Member since"))
    reason = reason_field(
        required=False, help_text=_("What shows it, such as the household register or a certificate.")
    )

    def __init__(self, data: Any = None, *, has_head: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["sex"].choices = sex_choices()  # type: ignore[attr-defined]
        self.initial.setdefault("joined_on", self.today)
        if not has_head:
            self.fields["relation"].choices = [("", "---------"), *Relation.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        return with_sex(values)


def sex_choices() -> list[tuple[str, Any]]:
    """Male, female, or whatever the identity number says."""
    return [("", BY_NUMBER), *Member._meta.get_field("sex").flatchoices]  # type: ignore[union-attr]


def with_sex(values: dict[str, Any]) -> dict[str, Any]:
    """Fill in the sex that the identity number says."""
    if not values.get("sex") and values.get("identity") is not None:
        values["sex"] = values["identity"].sex
    return values


class NewHeadFields(ChangeForm):
    """Who of the `candidates` is the head from now on, and how the `people` of the household are related to them."""

    new_head = forms.ModelChoiceField(label=_("New head"), queryset=Member.objects.none(), empty_label=_("choose"))

    def __init__(self, data: Any = None, *, candidates: list[Member], people: list[Member], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = people
        new_head: Any = self.fields["new_head"]
        keys = [member.pk for member in candidates]
        new_head.queryset = Member.objects.filter(pk__in=keys).order_by("relation", "born_on", "pk")
        new_head.label_from_instance = lambda member: f"{member.name} · {member.get_relation_display()}"
        for member in people:
            self.fields[f"relation_{member.pk}"] = forms.ChoiceField(
                label=member.name,
                required=False,
                choices=[("", _("as it follows")), *NOT_HEAD],
                widget=forms.Select(attrs={"data-select": "1"}),
            )

    def relation_fields(self) -> list[Any]:
        """The questions about everybody's relation."""
        return [self[f"relation_{member.pk}"] for member in self.people]

    def relations(self) -> Mapping[int, str]:
        """The relations that were said, by number of member."""
        given = {member.pk: self.cleaned_data.get(f"relation_{member.pk}") for member in self.people}
        return {key: relation for key, relation in given.items() if relation}


class HeadForm(NewHeadFields):
    """Another member becomes the head."""

    reason = reason_field(required=False, help_text=_("Why the head changes; it stands in the change log."))


class LeaveForm(NewHeadFields):
    """A person leaves. A head who leaves others behind needs a successor."""

    left_by = forms.ChoiceField(label=_("Why"), choices=labels(LEAVING))
    left_on = model_field(
        Member, "left_on", label=_("No longer a member since"), help_text=_("The first day."), required=True
    )
    reason = reason_field(required=False, help_text=_("What shows it, such as a certificate or the village's word."))

    def __init__(self, data: Any = None, *, member: Member, others: list[Member], **kwargs: Any) -> None:
        needs_head = member.relation == Relation.HEAD and bool(others)
        successors = others if needs_head else []
        super().__init__(data, candidates=successors, people=successors, **kwargs)
        self.initial.setdefault("left_on", self.today)
        if not needs_head:
            del self.fields["new_head"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "new_head" in self.fields and not values.get("new_head") and "new_head" not in self.errors:
            self.add_error("new_head", ValidationError(_("The head leaves: say who is the new head.")))
        return values
