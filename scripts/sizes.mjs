// Prints how many lines each function of the named .ts and .svelte files has, as JSON: {"path:name": lines}.
import { readFileSync } from 'node:fs';

import ts from 'typescript';

const lengths = {};
for (const path of process.argv.slice(2)) {
  for (const [name, lines] of functions(path, script(path))) {
    const key = `${path}:${name}`;
    lengths[key] = Math.max(lengths[key] ?? 0, lines);
  }
}
process.stdout.write(JSON.stringify(lengths));

/** The script of a component keeps its place, so that lines stay what an editor shows. */
function script(path) {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.svelte')) return text;
  let kept = '';
  let from = 0;
  for (const found of text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)) {
    const begin = found.index + found[0].indexOf('>') + 1;
    kept += blank(text.slice(from, begin)) + found[1];
    from = begin + found[1].length;
  }
  return kept;
}

function blank(text) {
  return text.replace(/[^\n]/g, ' ');
}

function* functions(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  yield* within(file, file);
}

function* within(node, file) {
  if (ts.isFunctionLike(node) && node.body) {
    const line = (at) => file.getLineAndCharacterOfPosition(at).line;
    yield [named(node), line(node.end) - line(node.getStart(file)) + 1];
  }
  const below = [];
  node.forEachChild((child) => void below.push(child));
  for (const child of below) yield* within(child, file);
}

function named(node) {
  const from = node.name ? node : node.parent;
  return from?.name?.getText?.() ?? 'anonymous';
}
