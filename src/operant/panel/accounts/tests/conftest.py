import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache

from operant.config.env import Provider
from operant.panel.accounts import oidc
from operant.testing import provider
from operant.testing.queue import run_jobs


@pytest.fixture(scope="module")
def _running():
    with provider.running() as made:
        yield made


@pytest.fixture
def there(cast, settings, _running):
    """The provider, set and honest, with Ben and Dora."""
    run_jobs()
    _running.lies.clear()
    _running.heard.clear()
    _running.knows("b-1", **provider.BEN)
    _running.knows("d-1", **provider.DORA)
    settings.OIDC = Provider(_running.issuer, provider.CLIENT_ID, "a secret of ours", "Harbour ID")
    settings.SIGN_UP = "open"
    return _running


@pytest.fixture
def known(cast, there, settings):
    """Ben, who has connected his account there."""
    return SocialAccount.objects.create(user=cast.ben, provider=oidc.app().provider_id, uid="b-1", extra_data={})


@pytest.fixture(autouse=True)
def _no_tries_yet(request):
    # What is to be committed must not stand in a test's own transaction.
    if not {"installation", "committed"} & set(request.fixturenames):
        request.getfixturevalue("reception")
        cache.clear()
