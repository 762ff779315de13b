"""The OpenAPI document and its browsable pages: public, the same for everybody, and served from here alone."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

from prm.api.filters import parsed
from prm.branding.selectors import memory

RENDERERS: list[Any] = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]


class SchemaView(SpectacularAPIView):
    """JSON unless YAML is asked for."""

    renderer_classes = RENDERERS

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        parsed(request.query_params, {}, also=frozenset({"format"}))
        media_type = str(request.accepted_renderer.media_type)
        drawn = document(settings.ROOT_URLCONF, media_type, memory.current().name)
        return HttpResponse(drawn, content_type=f"{media_type}; charset=utf-8")


class DocsView(SpectacularSwaggerSplitView):
    template_name = "api/docs.html"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        parsed(request.query_params, {}, also=frozenset({"script"}))
        self.title = title_of(memory.current().name)


def title_of(programme: str) -> str:
    return _("%(programme)s API") % {"programme": programme}


@lru_cache(maxsize=8)
def document(addresses: str, media_type: str, programme: str) -> bytes:
    """Written once in each process: it is public, and drawing it costs a second of a core."""
    schema = SchemaGenerator(urlconf=addresses).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    schema["info"]["title"] = title_of(programme)
    renderer = next(renderer for renderer in RENDERERS if renderer.media_type == media_type)
    rendered: bytes = renderer().render(schema, renderer_context={})
    return rendered
