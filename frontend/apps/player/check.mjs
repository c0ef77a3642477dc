/** Judges the built player: its size, its syntax and the interfaces it touches. Runs after every build. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { parse } from 'acorn'

const DIST = fileURLToPath(new URL('../../../src/operant/relay/static/dist/player/', import.meta.url))
const WORKER = fileURLToPath(new URL('../../../src/operant/relay/static/player/sw.js', import.meta.url))
const MOST = 60 * 1024

const floor = JSON.parse(readFileSync(new URL('floor.json', import.meta.url), 'utf8'))
const files = readdirSync(DIST).filter((name) => /\.(js|css)$/.test(name))
const faults = []
let size = 0

for (const name of files) {
  const source = readFileSync(DIST + name)
  size += gzipSync(source, { level: 9 }).length
  if (name.endsWith('.css')) judge(name, source.toString(), floor.css)
  else parsed(name, source.toString())
}
parsed('sw.js', readFileSync(WORKER, 'utf8'))
if (!files.length) faults.push('nothing was built')
if (size > MOST) faults.push(`${size} bytes compressed, over the ${MOST} a television should load`)

console.log(`player: ${(size / 1024).toFixed(1)} KB compressed of at most ${MOST / 1024}`)
faults.forEach((fault) => console.error(`player: ${fault}`))
process.exit(faults.length ? 1 : 0)

function parsed(name, source) {
  try {
    parse(source, { ecmaVersion: 2015, sourceType: 'script' })
  } catch (error) {
    faults.push(`${name} is not ES2015: ${error.message}`)
  }
}

function judge(name, source, rules) {
  for (const [pattern, why] of rules) {
    const found = new RegExp(pattern).exec(source)
    if (found) faults.push(`${name} uses "${found[0]}": ${why}`)
  }
}
