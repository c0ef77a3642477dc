import { expect, test } from 'vitest'
import { refreshWords } from './words'

test('how often is said in the largest unit that it is a whole number of', () => {
  const said = [1, 30, 60, 90, 300, 3600, 5400, 7200, 86400].map(refreshWords)
  expect(said).toEqual([
    'Every 1 second', 'Every 30 seconds', 'Every minute', 'Every 90 seconds', 'Every 5 minutes', 'Every hour', 'Every 90 minutes',
    'Every 2 hours', 'Once a day',
  ])
})
