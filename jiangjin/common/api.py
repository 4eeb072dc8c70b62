"""What all REST views share."""

from rest_framework import pagination


class PageNumberPagination(pagination.PageNumberPagination):
    """`?page=` and `?page_size=` (at most 1,000), with the count."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
