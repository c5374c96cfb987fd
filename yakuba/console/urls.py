"""Staff pages, as they were plugged in. Read when the first request comes, after all plugs."""

from django.urls import URLPattern, URLResolver, include, path

from yakuba.console import sockets

_pages = [path(page.path, page.view, name=page.name) for page in sockets.pages]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_pages, "console")))]
for _path, _patterns in sockets.mounted:
    # Outside the namespace: what allauth brings looks for its own names.
    urlpatterns.append(path(_path, include(list(_patterns))))
