"""Photos that prove what was kept: of some promises, those of helpers with a login first."""

from itertools import islice

from django.db.models import F, Q

from assistance.models import DifficultyKind, FollowUp
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import under
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from jiangjin.common.set_based import add_rows
from jiangjin.evidence.demo import DrawnPhoto, store_drawn

PROVED = 30
OF_LOGINS = 10
# What can be photographed, by the difficulty that was raised.
SCENES = {
    DifficultyKind.HOUSING: "house",
    DifficultyKind.WATER: "house",
    DifficultyKind.POWER: "house",
    DifficultyKind.ROADS: "road",
    DifficultyKind.INCOME: "field",
}


def fill(context: DemoContext) -> Counts:
    """Tie a drawn photo to each of some promises that were kept."""
    rng = context.rng("proofs")
    kept = FollowUp.objects.filter(
        under(context.get(DemoPlaces).county.path, "visit__household__village__path"),
        ~Q(done_on=None),
        visit__withdrawn_at=None,
        visit__difficulty_kind__in=SCENES,
    ).select_related("visit", "done_by")
    kept = kept.order_by("visit__client_id", "text")
    own = list(islice(kept.filter(visit__helper__user=F("done_by")), OF_LOGINS))
    others = list(kept.exclude(pk__in=[row.pk for row in own]).values_list("pk", flat=True))
    chosen = rng.sample(others, min(len(others), context.part_of(PROVED)))
    rows = [*own, *kept.filter(pk__in=chosen)]
    photos = store_drawn([_photo(row) for row in rows], rng)
    tie = FollowUp.evidence.through
    add_rows(tie, [tie(followup_id=row.pk, evidencefile_id=photo.pk) for row, photo in zip(rows, photos, strict=True)])
    return {"follow_up_photos": len(photos)}


def _photo(row: FollowUp) -> DrawnPhoto:
    """Taken on the day on which it was kept, by whoever kept it."""
    assert row.done_on is not None
    scene = SCENES[DifficultyKind(row.visit.difficulty_kind)]
    return DrawnPhoto(scene=scene, name=f"IMG_{row.done_on:%Y%m%d}.jpg", taken_on=row.done_on, by=row.done_by)


parts.register(DemoPart(code="follow_up_photos", order=51, fill=fill))
