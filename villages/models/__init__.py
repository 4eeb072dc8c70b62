"""Models of the village file."""

from villages.models.poor_village import PoorVillage, PoorVillageEvidence
from villages.models.profile import Terrain, VillageProfile
from villages.models.rectification import Rectification
from villages.models.standard import VillageStandard
from villages.models.survey import VillageSurvey
from villages.models.village import Village

__all__ = [
    "PoorVillage",
    "PoorVillageEvidence",
    "Rectification",
    "Terrain",
    "Village",
    "VillageProfile",
    "VillageStandard",
    "VillageSurvey",
]
