#!/usr/bin/env bash
# undici 7.30.2. A URL may say who asks: https://user:token@host. Node.js's own `http` sends
# that as Basic, as curl and Go do. undici's `request` and `Agent`, which Node.js's `fetch` is
# made of, send the request without it and without a word, so a host that wants it answers
# 401; its `fetch` refuses such a URL. Who moves from `http` to undici loses the log-in.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat >main.mjs <<'EOF2'
import { createServer, get } from 'node:http';
import { once } from 'node:events';
import { fetch, request } from 'undici';

const seen = [];
const server = createServer((message, answer) => {
  seen.push(message.headers.authorization ?? 'nothing');
  answer.end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = new URL(`http://robot:s3cret@127.0.0.1:${server.address().port}/`);

const [answer] = await once(get(url), 'response');
answer.resume();
await once(answer, 'end');
console.log(`http sends ${seen.pop()}`);
const { statusCode, body } = await request(url);
await body.dump();
console.log(`undici's request sends ${seen.pop()}, and is answered ${statusCode}`);
await fetch(url).catch(error => console.log(`undici's fetch: ${error.name}`));
server.close();
server.closeAllConnections();
EOF2
seen=$(node main.mjs)
expected="http sends Basic cm9ib3Q6czNjcmV0
undici's request sends nothing, and is answered 200
undici's fetch: TypeError"

if [ "$seen" = "$expected" ]; then
  echo "as described: undici leaves out who asks by the URL"
else
  echo "changed: what clients send of a URL's user" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
