from operant.platform.holdings import MADE, leave

leave(
    MADE, "relay_screen.paired_by_id", "relay_command.sent_by_id", "relay_deployment.created_by_id",
    "relay_deployment.rolled_back_by_id",
)  # fmt: skip
