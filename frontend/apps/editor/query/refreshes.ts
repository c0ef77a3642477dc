import { refreshWords } from '../model/words'

const SECONDS = [60, 300, 900, 3600, 21600, 86400]

/** The intervals offered, and the one that is set if it is none of them. */
export const REFRESHES = (set: number): { value: number; label: string }[] =>
  [...new Set([...SECONDS, set])].sort((a, b) => a - b).map((value) => ({ value, label: refreshWords(value) }))
