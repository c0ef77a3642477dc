from operant.platform.holdings import MADE, leave

leave(MADE, "relay_screen.paired_by_id", "relay_command.sent_by_id", "relay_takeover.started_by_id")
