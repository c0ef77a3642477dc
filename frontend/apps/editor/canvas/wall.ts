/** Sizes that depend on the wall's own size, as the renderer takes them. */

export const gapSize = (width: number, height: number): number => Math.max(2, Math.min(width, (height * 16) / 9) / 320)
export const baseSize = (width: number, height: number): number => Math.max(6, Math.min(width / 16, height / 9) / 6)
