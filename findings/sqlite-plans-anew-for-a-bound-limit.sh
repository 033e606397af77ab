#!/usr/bin/env bash
# node:sqlite of Node.js 24.21.0 (SQLite 3.53.4) and better-sqlite3 13.2.0. The limit of a page
# is bound so that one statement serves for all pages. SQLite plans such a statement anew each
# time that it runs, also with the limit that it had before; its documentation tells of that
# only for parameters of WHERE, compared with LIKE or, in builds with STAT4, with an indexed
# column. In better-sqlite3, which is built so, a short page takes several times as long as
# with the number in the text. `limit ? + 0` is planned once.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "pages", "private": true}' >package.json
# This better-sqlite3 brings its binary.
npm install --silent --no-audit --no-fund --ignore-scripts better-sqlite3@13.2.0 >/dev/null
cat >main.mjs <<'EOF'
import { DatabaseSync } from 'node:sqlite';
import Database from 'better-sqlite3';

const RUNS = 200;
const page = limit => `select * from freight order by created limit ${limit}`;

function fill(database) {
  database.exec('create table freight (name text primary key, created integer)');
  database.exec('create index by_age on freight (created)');
  const insert = database.prepare('insert into freight values (?, ?)');
  for (let i = 0; i < 1000; i += 1) {
    insert.run(`f${i}`, i);
  }
}

const counted = new DatabaseSync(':memory:');
fill(counted);
// The authorizer is asked what a statement may read whenever one is planned.
let asked = 0;
counted.setAuthorizer(() => {
  asked += 1;
  return 0;
});
for (const [limit, bound] of [['10', []], ['?', [10]], ['? + 0', [10]]]) {
  asked = 0;
  const statement = counted.prepare(page(limit));
  const once = asked;
  for (let i = 0; i < RUNS; i += 1) {
    statement.all(...bound);
  }
  console.log(`limit ${limit}: planned ${asked / once} times for ${RUNS} runs`);
}

const timed = new Database(':memory:');
fill(timed);
/** Of many rounds the one that nothing else disturbed. */
function fastest(limit, ...bound) {
  const statement = timed.prepare(page(limit));
  let best = Infinity;
  for (let round = 0; round < 100; round += 1) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < RUNS; i += 1) {
      statement.all(...bound);
    }
    best = Math.min(best, Number(process.hrtime.bigint() - begin));
  }
  return best;
}
console.log(`better-sqlite3: ${fastest('?', 1) > 2 * fastest('1') ? 'more' : 'less'} than twice as long`);
EOF
seen=$(npx -y -p node@24.21.0 node main.mjs 2>main.log) || { cat main.log >&2; exit 1; }
expected='limit 10: planned 1 times for 200 runs
limit ?: planned 201 times for 200 runs
limit ? + 0: planned 1 times for 200 runs
better-sqlite3: more than twice as long'

if [ "$seen" = "$expected" ]; then
  echo "as described: a statement with a bound limit is planned each time it runs"
else
  echo "changed: how often a statement with a bound limit is planned" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
