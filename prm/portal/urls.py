from django.urls import path

from prm.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("work/export/", views.export_work, name="work-export"),
    path("search/", views.search, name="search"),
    path("theme.css", views.stylesheet, name="theme"),
    path("csp-report/", views.csp_report, name="csp-report"),
]
