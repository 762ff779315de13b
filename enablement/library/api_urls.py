from django.urls import path

from enablement.library import api

urlpatterns = [
    path("library/collections", api.LibraryCollections.as_view(), name="api-library-collections"),
    path("library/items", api.LibraryItems.as_view(), name="api-library"),
    path("library/items/<str:public_id>", api.OneLibraryItem.as_view(), name="api-library-item"),
    path("library/items/<str:public_id>/versions", api.LibraryVersions.as_view(), name="api-library-versions"),
    path("library/items/<str:public_id>/files", api.LibraryFiles.as_view(), name="api-library-files"),
    path("library/items/<str:public_id>/publish", api.PublishLibraryItem.as_view(), name="api-library-publish"),
    path("library/items/<str:public_id>/archive", api.ArchiveLibraryItem.as_view(), name="api-library-archive"),
    path("library/items/<str:public_id>/review", api.ReviewLibraryItem.as_view(), name="api-library-review"),
    path("library/items/<str:public_id>/favourite", api.KeepLibraryItem.as_view(), name="api-library-favourite"),
]
