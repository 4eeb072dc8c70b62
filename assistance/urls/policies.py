"""URLs of policy documents."""

from django.urls import path

from assistance.views.policies import clause, contents, document, keeping

urlpatterns = [
    path("", contents.PolicyContents.as_view(), name="policies"),
    path("export/", contents.PolicyExport.as_view(), name="policies_export"),
    path("done/", contents.DoneInContents.as_view(), name="policies_done"),
    path("new/", keeping.AddDocument.as_view(), name="policy_add"),
    path("<slug:policy>/", document.PolicyPage.as_view(), name="policy"),
    path("<slug:policy>/done/", document.DoneInDocument.as_view(), name="policy_done"),
    path("<slug:policy>/print/", document.PolicyPrint.as_view(), name="policy_print"),
    path("<slug:policy>/edit/", keeping.ChangeDocument.as_view(), name="policy_change"),
    path("<slug:policy>/clauses/new/", keeping.AddClause.as_view(), name="clause_add"),
    path("<slug:policy>/clauses/<int:clause>/", clause.ClausePage.as_view(), name="clause"),
    path("<slug:policy>/clauses/<int:clause>/reword/", keeping.RewordClause.as_view(), name="clause_reword"),
    path("<slug:policy>/clauses/<int:clause>/correct/", keeping.CorrectClause.as_view(), name="clause_correct"),
    path("<slug:policy>/clauses/<int:clause>/end/", keeping.EndClause.as_view(), name="clause_end"),
    path("<slug:policy>/clauses/<int:clause>/bases/new/", keeping.AddBasis.as_view(), name="basis_add"),
    path(
        "<slug:policy>/clauses/<int:clause>/bases/<int:basis>/remove/",
        keeping.RemoveBasis.as_view(),
        name="basis_remove",
    ),
]
