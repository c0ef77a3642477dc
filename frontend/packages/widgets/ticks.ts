/** Round values between which a reader can interpolate. */
export interface Ticks {
  values: number[]
  step: number
  low: number
  high: number
}

/** Returns ticks at 1, 2 or 5 times a power of ten that enclose the range, apart by `least` or more; `wanted` is a wish. */
export function niceTicks(low: number, high: number, wanted: number, least = 0): Ticks {
  if (low === high) {
    const pad = low === 0 ? 1 : Math.abs(low) / 2
    return niceTicks(least && low === 0 ? 0 : low - pad, high + pad, wanted, least)
  }
  const step = Math.max(least, niceStep((high - low) / Math.max(1, wanted)))
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(high / step - 1e-9)
  const values: number[] = []
  for (let n = first; n <= last; n++) values.push(round(n * step, step))
  return { values, step, low: values[0] as number, high: values[values.length - 1] as number }
}

export function niceStep(rough: number): number {
  const power = Math.pow(10, Math.floor(Math.log(rough) / Math.LN10))
  const share = rough / power
  const nice = share <= 1.0001 ? 1 : share <= 2.0001 ? 2 : share <= 5.0001 ? 5 : 10
  return nice * power
}

/** 3 * 0.1 is not 0.3 in binary; a tick label must not show it. */
function round(value: number, step: number): number {
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log(step) / Math.LN10) + 1))
  return Number(value.toFixed(digits))
}

/** Lines may leave zero out when their values are far from it; an axis that nearly reaches zero goes there. */
export function withZero(low: number, high: number, always: boolean): [number, number] {
  if (always || (low > 0 && low < (high - low) * 2)) low = Math.min(0, low)
  if (always || (high < 0 && -high < (high - low) * 2)) high = Math.max(0, high)
  return [low, high]
}

/** Lowest and highest; spreading a long result over Math.min would overflow the stack of an old engine. */
export function extent(values: number[]): [number, number] {
  let low = Infinity
  let high = -Infinity
  values.forEach((value) => {
    if (value < low) low = value
    if (value > high) high = value
  })
  return low <= high ? [low, high] : [0, 1]
}
