from operant.platform.holdings import MADE, leave

leave(MADE, "operating_notice.by_id", "operating_product_update.by_id")
