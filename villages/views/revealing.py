"""The phone of a village's head in full, in its place on the page."""

from django.http import Http404
from django.urls import reverse

from households.views.revealing import RevealPage
from villages.views.access import profile_of, visible_village
from villages.views.changing import file_url


class RevealPhone(RevealPage):
    """The number on the profile."""

    kind, field = "village", "phone"

    def find(self, *, code: str) -> None:
        village = visible_village(self.request, code)
        profile = profile_of(village)
        if profile is None or not self.request.user.scope(self.permission).covers(village.path):
            raise Http404
        self.record, self.about = profile, village.name
        self.url, self.back = reverse("villages:reveal_phone", args=[code]), file_url(village)
