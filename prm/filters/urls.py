from django.urls import path

from prm.filters import views

urlpatterns = [
    path("filters/", views.filters, name="filters"),
    path("filters/<str:public_id>/", views.saved_filter, name="filter"),
    path("filters/<str:public_id>/change/", views.change, name="filter-change"),
    path("filters/<str:public_id>/delete/", views.delete, name="filter-delete"),
]
