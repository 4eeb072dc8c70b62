"""Models of the village file."""

from villages.models.poor_village import PoorVillage, PoorVillageEvidence

__all__ = ["PoorVillage", "PoorVillageEvidence"]
