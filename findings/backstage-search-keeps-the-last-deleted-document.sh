#!/usr/bin/env bash
# @backstage/plugin-search-backend-node 1.4.8 on Node.js 24. Its own engine, Lunr, which portals
# without another one use, replaces its index of a type whenever the documents of that type are
# collated. When there are none any more it does not: what was deleted last is found for ever, until
# the portal is started again or a new document of that type is made. A warning in the log is all that
# tells. Where one document is left, the others that were deleted are gone as one would expect.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "portal", "private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
  @backstage/plugin-search-backend-node@1.4.8 >/dev/null
cat >search.cjs <<'JS'
const { once } = require('node:events');
const { Readable } = require('node:stream');
const { LunrSearchEngine } = require('@backstage/plugin-search-backend-node');

const warnings = [];
const logger = { child: () => logger, info() {}, debug() {}, error: console.error };
logger.warn = message => warnings.push(message);
const engine = new LunrSearchEngine({ logger });

async function collate(...names) {
  const indexer = await engine.getIndexer('stages');
  const documents = names.map(name => ({ title: name, text: 'stage', location: `/${name}` }));
  Readable.from(documents).pipe(indexer);
  await once(indexer, 'close');
}

async function find() {
  const { results } = await engine.query({ term: 'stage', types: ['stages'], filters: {} }, {});
  return results.map(({ document }) => document.title).sort().join(' ') || 'nothing';
}

(async () => {
  await collate('test', 'prod');
  console.log(`two documents: ${await find()}`);
  await collate('prod');
  console.log(`one of them deleted: ${await find()}`);
  await collate();
  console.log(`both deleted: ${await find()}`);
  console.log(`warnings: ${warnings.length}`);
  await collate('qa');
  console.log(`another one made: ${await find()}`);
})();
JS

seen=$(node search.cjs)
expected='two documents: prod test
one of them deleted: prod
both deleted: prod
warnings: 1
another one made: qa'

if [ "$seen" = "$expected" ]; then
  echo "as described: the document that was deleted last is still found"
else
  echo "changed: what Lunr finds when no documents are left" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
