from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "operant.panel.tokens"
    label = "tokens"

    def ready(self) -> None:
        from operant.panel.organizations import home, links
        from operant.platform.ui import navigation

        from . import rules

        home.register_icon("tokens.", "lucide--key-round")
        links.register("tokens.Token", "tokens", is_list=True)
        navigation.register(
            navigation.Entry(
                "API tokens", "lucide--key-round", "tokens", lambda request: rules.manage_tokens(request.membership),
                order=45, place="settings",
            )
        )
