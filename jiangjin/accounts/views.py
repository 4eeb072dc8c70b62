"""Pages of one's own account: what I may, my API tokens."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from jiangjin.accounts import roles, services
from jiangjin.accounts.admin_site import keeps_accounts
from jiangjin.accounts.forms import OwnPasswordForm, TokenForm
from jiangjin.accounts.gate import NeedsPermission
from jiangjin.accounts.models import ApiToken
from jiangjin.accounts.permissions import MANAGE_TOKENS


class Me(View):
    """Who I am here: my unit, my roles in words, my areas."""

    def get(self, request: HttpRequest) -> HttpResponse:
        grants = [(grant, roles.BY_CODE[grant.role]) for grant in request.user.active_grants()]
        permitted = [entry for entry in roles.permissions if request.user.may(entry.code)]
        return render(
            request,
            "accounts/me.html",
            {
                "grants": grants,
                "permitted": permitted,
                "may_tokens": request.user.may(MANAGE_TOKENS),
                "keeps_accounts": keeps_accounts(request.user),
            },
        )


class ChangePassword(PasswordChangeView):
    """A new password of my own."""

    form_class = OwnPasswordForm


class Tokens(NeedsPermission, View):
    """My tokens, and a form for a new one. Its plain text is shown once, on the answer to the form."""

    permission: ClassVar[str] = MANAGE_TOKENS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, TokenForm(user=request.user, today=timezone.localdate()))

    def post(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        form = TokenForm(request.POST, user=request.user, today=today)
        plain = ""
        if form.is_valid():
            try:
                token, plain = services.make_token(user=request.user, today=today, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The token %(name)s has been made.") % {"name": token.name})
                form = TokenForm(user=request.user, today=today)
        return self.page(request, form, plain=plain, status=422 if form.errors else 200)

    def page(self, request: HttpRequest, form: TokenForm, *, plain: str = "", status: int = 200) -> HttpResponse:
        tokens = ApiToken.objects.filter(user=request.user).select_related("area")
        context: dict[str, Any] = {"form": form, "tokens": tokens, "plain": plain, "now": timezone.now()}
        response = render(request, "accounts/tokens.html", context, status=status)
        if plain:
            response.headers["Cache-Control"] = "no-store"
        return response


class RevokeToken(NeedsPermission, View):
    """End one of my tokens."""

    permission: ClassVar[str] = MANAGE_TOKENS
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(ApiToken.objects.select_related("area"), pk=pk, user=request.user)
        services.revoke_token(token=token, by=request.user)
        messages.success(request, _("The token %(name)s no longer works.") % {"name": token.name})
        return redirect("accounts:tokens")
