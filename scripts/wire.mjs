// Reads JSON schema from standard input and writes TypeScript types to standard output.
import { readFileSync } from 'node:fs';

import { compile } from 'json-schema-to-typescript';

const schema = JSON.parse(readFileSync(0, 'utf8'));
const types = await compile(schema, 'Wire', {
  additionalProperties: false,
  bannerComment: '',
  declareExternallyReferenced: true,
  unreachableDefinitions: true,
  format: true,
  style: { singleQuote: true, semi: true, printWidth: 110 },
});
process.stdout.write(types);
