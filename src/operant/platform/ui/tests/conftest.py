import pytest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler
from django_vite.core.asset_loader import DjangoViteAssetLoader


@pytest.fixture(autouse=True)
def without_a_build(settings, monkeypatch):
    """Pages can be drawn before anything was built: the addresses of scripts are not what is tested here."""
    settings.DJANGO_VITE = {"default": {"dev_mode": True}}
    monkeypatch.setattr(DjangoViteAssetLoader, "_instance", None)


@pytest.fixture
def ask():
    """Return a function that makes a request as the middleware would have left it."""

    def make(path: str = "/", **headers):
        return RequestFactory().get(path, headers=headers)

    return make


@pytest.fixture
def draw(ask):
    """Return a function that draws a template written with components."""

    def render(source: str, request=None, **context) -> str:
        compiled = CottonCompiler().process("{% load ui %}" + source)
        return engines["django"].from_string(compiled).render(context, request or ask())

    return render
