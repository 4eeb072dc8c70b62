"""Models of the village file."""

from villages.models.district_leader import DistrictLeader, LeaderLink, LeaderOffice
from villages.models.poor_village import PoorVillage, PoorVillageEvidence
from villages.models.post_facts import PostFacts
from villages.models.post_standard import PostStandard
from villages.models.profile import Terrain, VillageProfile
from villages.models.publicity_event import PublicityEvent, PublicityKind
from villages.models.rectification import Rectification
from villages.models.standard import VillageStandard
from villages.models.support_group import SupportGroup, SupportGroupMember
from villages.models.survey import VillageSurvey
from villages.models.trained_person import TrainedPerson, TrainingKind
from villages.models.village import Village
from villages.models.village_post import PostKind, ResidentTeam, VillagePost

__all__ = [
    "DistrictLeader",
    "LeaderLink",
    "LeaderOffice",
    "PoorVillage",
    "PoorVillageEvidence",
    "PostFacts",
    "PostKind",
    "PostStandard",
    "PublicityEvent",
    "PublicityKind",
    "Rectification",
    "ResidentTeam",
    "SupportGroup",
    "SupportGroupMember",
    "Terrain",
    "TrainedPerson",
    "TrainingKind",
    "Village",
    "VillagePost",
    "VillageProfile",
    "VillageStandard",
    "VillageSurvey",
]
