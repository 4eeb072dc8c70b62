"""People of a village who were trained (培养人才)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from villages.models.dated import NamedPerson
from villages.models.withdrawable import Withdrawable, WithdrawableQuerySet


class TrainingKind(models.TextChoices):
    """What somebody was trained to be."""

    PROSPERITY_LEADER = "prosperity_leader", _("Prosperity leader")
    ENTREPRENEUR = "entrepreneur", _("Capable entrepreneur")
    MEDIC = "medic", _("Village medic")
    PRESCHOOL_TEACHER = "preschool_teacher", _("Preschool teacher")


class TrainedPerson(Withdrawable, NamedPerson):
    """Somebody of a village who was trained as a leader to prosperity, an entrepreneur, a medic or a preschool teacher.

    One standing row a person and kind: whoever takes a second course is not counted twice.
    """

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="trained_people", verbose_name=_("village"))
    kind = models.CharField(_("trained as"), max_length=18, choices=TrainingKind)
    subject = models.CharField(_("what was taught"), max_length=120)
    place = models.CharField(_("where"), max_length=120, blank=True)
    started_on = models.DateField(_("training began on"), null=True, blank=True)
    finished_on = models.DateField(_("training finished on"))
    certificate = models.CharField(
        _("certificate"),
        max_length=200,
        blank=True,
        help_text=_("Such as a certificate and its number, a register of the course."),
    )

    evidence = models.ManyToManyField(
        "evidence.EvidenceFile", blank=True, related_name="+", verbose_name=_("photos and documents")
    )

    objects = WithdrawableQuerySet.as_manager()

    class Meta:
        verbose_name = _("trained person")
        verbose_name_plural = _("trained people")
        ordering = ["village", "kind", "-finished_on", "pk"]
        constraints = [
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(started_on__lte=F("finished_on")),
                name="trained_person_finished_after_start",
                violation_error_message=_("The training ended before it began."),
            ),
            models.UniqueConstraint(
                fields=["village", "kind", "name"],
                condition=Q(withdrawn_at=None),
                name="trained_person_once",
                violation_error_message=_("This person is on file as that already."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "finished_on"], name="trained_person_kind_day")]

    @property
    def audit_area_path(self) -> str:
        return self.village.path
