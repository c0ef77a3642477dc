from django.apps import AppConfig
from django.http import HttpRequest


class TokensConfig(AppConfig):
    name = "operant.panel.tokens"
    label = "tokens"

    def ready(self) -> None:
        from operant.panel.organizations import home, links
        from operant.platform.ui import finding, navigation

        from . import palette, rules

        def may(request: HttpRequest) -> bool:
            return rules.manage_tokens(request.membership)  # type: ignore[attr-defined]

        home.register_facts("tokens.", "lucide--key-round")
        links.register("tokens.Token", "tokens", is_list=True)
        finding.register(finding.Finder("API tokens", palette.tokens, may, order=50))
        navigation.register(
            navigation.Entry(
                "API tokens", "lucide--key-round", "tokens", may, order=45, place="settings",
            )
        )
