"""URLs of the six batches."""

from django.urls import path

from assistance.views.channels import lists, propose, put, tab, table

urlpatterns = [
    path("", table.ChannelTable.as_view(), name="channels"),
    path("households/", lists.ChannelHouseholds.as_view(), name="channel_households"),
    path("households/export/", lists.ChannelHouseholdsExport.as_view(), name="channel_households_export"),
    path("persons/", lists.ChannelPersons.as_view(), name="channel_persons"),
    path("persons/export/", lists.ChannelPersonsExport.as_view(), name="channel_persons_export"),
    path("propose/", propose.ProposeChannels.as_view(), name="channels_propose"),
    path("exits/<int:exit>/", put.PutChannels.as_view(), name="channels_put"),
    path("household/<str:number>/", tab.ChannelsTab.as_view(), name="tab_channels"),
]
