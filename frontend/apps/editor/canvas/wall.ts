/** Sizes that follow from the wall's height, in the proportions `paintDashboard` uses on a screen. */

const TEXT_SHARE = 0.0222
const GAP_SHARE = 0.34

/** Ordinary text, without the floor that small screens get: the editor shows a large wall, made small. */
export const baseSize = (height: number): number => Math.max(4, height * TEXT_SHARE)

/** Half the gap between two cards, in pixels. */
export const gapSize = (height: number): number => baseSize(height) * GAP_SHARE
