from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "operant.relay"
    label = "relay"

    def ready(self) -> None:
        from django.urls import reverse

        from operant.panel.notifications import offers
        from operant.panel.organizations import home, links
        from operant.platform.ui import finding, navigation
        from operant.stage import showing

        from . import mutes, palette, rules, today
        from .events import ScreensInTrouble
        from .queries import fleet

        navigation.register(
            navigation.Entry(
                "Screens",
                "lucide--tv",
                "screens",
                lambda request: rules.see_screens(request.membership),
                count=lambda request: fleet.count_of_needy(),
                order=30,
            )
        )
        finding.register(
            finding.Finder("Screens", palette.screens, lambda request: rules.see_screens(request.membership), order=30)
        )
        finding.offer(
            finding.Act("Pair a screen", "lucide--monitor-up", "pair_screen", lambda request: rules.pair(request.membership))
        )
        home.register_facts("relay.", "lucide--tv", rules.see_screens)
        links.register("relay.Screen", "screen")
        links.register("relay.Alerting", "screen_alerts", is_list=True)
        offers.register(ScreensInTrouble.NAME, mutes.offers)
        links.register("relay.Deployment", "deployment")
        home.register_needs(today.needs)
        home.register_steps(30, today.steps)
        showing.register(
            fleet.screens_showing, screens=fleet.alive_showing, values=fleet.values_showing,
            address=lambda slug: reverse("pair_screen", args=[slug]),
            deploying=lambda slug, key: tuple(
                reverse(name, args=[slug, key]) for name in ("deployment_new", "dashboard_deployments")
            ),
        )  # fmt: skip
