"""The lasting part of a village's file."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from households.services.batch import one_of
from jiangjin.areas.models import Area
from villages.models import VillageProfile
from villages.permissions import EDIT
from villages.services.writing import assign, change, check_version, open_village, store

PROFILE_FIELDS = (
    "terrain",
    "development",
    "head_name",
    "phone",
    "latitude",
    "longitude",
    "town_distance_km",
    "natural_village_count",
    "group_count",
    "farmland_mu",
    "irrigated_mu",
    "forest_mu",
    "returned_forest_mu",
    "orchard_mu",
    "grassland_mu",
    "water_mu",
    "note",
)


def edit(
    *, village: Area, values: Mapping[str, Any], by: Any, reason: str = "", version: int | None = None
) -> VillageProfile:
    """Write or correct a village's profile. `values` are PROFILE_FIELDS, the phone in plain; those left out keep what they are.

    Raises ValidationError by field, with the code "conflict" if it is not the `version` that was read (0: none was there), and
    PermissionDenied.
    """
    one_of(values, PROFILE_FIELDS)
    with transaction.atomic():
        held = open_village(village, by=by, permission=EDIT)
        known = VillageProfile.objects.filter(village=held).first()
        check_version(known, version)
        if known is None:
            row = VillageProfile(village=held, recorded_by=by)
            assign(row, values)
            return store(row, by=by, reason=reason)
        known.village = held
        known.recorded_by = by
        change(known, values, by=by, reason=reason)
        return known
