"""Handing files out: only to whoever may see a record that holds them, and in a way that nothing in them can act."""

import uuid
from pathlib import PurePath
from typing import ClassVar

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.generic import View

from jiangjin.evidence.models import EvidenceFile
from jiangjin.evidence.services import opened

# Whatever a file holds: no script, no form, no request to anywhere.
POLICY = "sandbox; default-src 'none'"


class EvidenceAnswer(View):
    """Base: one stored file. The browser keeps it and asks each time whether it still may show it."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]  # type: ignore[misc]

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
        file = EvidenceFile.objects.visible_one(request.user, key)
        if file is None:
            raise Http404
        stored = self.stored(file)
        self.handed_out(file)
        etag = f'"{PurePath(str(stored.name)).name}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            with stored.open("rb") as content:
                response = HttpResponse(content.read(), content_type=self.content_type(file))
            response["Content-Disposition"] = str(content_disposition_header(not file.is_photo, file.name))
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        response["Content-Security-Policy"] = POLICY
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def stored(self, file: EvidenceFile) -> FieldFile:
        """Which of the stored files it is."""
        raise TypeError(f"{type(self).__name__} hands nothing out")

    def content_type(self, file: EvidenceFile) -> str:
        return file.content_type

    def handed_out(self, file: EvidenceFile) -> None:
        """Leave a trace where one is wanted."""


class OpenEvidence(EvidenceAnswer):
    """The photo in the window, the document as a download; documents are logged."""

    def stored(self, file: EvidenceFile) -> FieldFile:
        return file.file

    def handed_out(self, file: EvidenceFile) -> None:
        if self.request.method == "GET":
            opened(file=file, by=self.request.user)


class PreviewEvidence(EvidenceAnswer):
    """The small picture of a photo."""

    def stored(self, file: EvidenceFile) -> FieldFile:
        if not file.preview:
            raise Http404
        return file.preview

    def content_type(self, file: EvidenceFile) -> str:
        return "image/jpeg"
