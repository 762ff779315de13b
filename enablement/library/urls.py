from django.urls import path

from enablement.library import collection_views, views

urlpatterns = [
    path("library/", views.library, name="library"),
    path("library/export/", views.export, name="library-export"),
    path("library/written/", views.written_items, name="library-written"),
    path("library/written/export/", views.export_written, name="library-written-export"),
    path("library/use/", views.use, name="library-uses"),
    path("library/use/export/", views.export_use, name="library-uses-export"),
    path("library/new/", views.new, name="library-new"),
    path("library/collections/", collection_views.every, name="library-collections"),
    path("library/collections/new/", collection_views.new, name="library-collection-new"),
    path("library/collections/<str:public_id>/", collection_views.change, name="library-collection"),
    path("library/<str:public_id>/", views.item, name="library-item"),
    path("library/<str:public_id>/edit/", views.edit, name="library-edit"),
    path("library/<str:public_id>/version/", views.version, name="library-version"),
    path("library/<str:public_id>/publish/", views.publish, name="library-publish"),
    path("library/<str:public_id>/archive/", views.archive, name="library-archive"),
    path("library/<str:public_id>/review/", views.review, name="library-review"),
    path("library/<str:public_id>/favourite/", views.favourite, name="library-favourite"),
]
