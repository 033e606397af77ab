#!/usr/bin/env bash
# @backstage/backend-defaults 0.19.0 and @backstage/backend-plugin-api 1.12.0 on Node.js
# 24.21.0. A route that a policy opens to everybody leaves it to the plugin who may call it,
# by a token of the sender's own for instance. The auditor takes the request as an optional
# detail of what it records, and yet decides about it: with a Bearer token that is none of
# Backstage's `createEvent` throws, and the sender is answered 401. The same request without
# a token, or with a password, is recorded and served.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "portal", "private": true}' >package.json
# This better-sqlite3 is newer than the peer that Backstage asks for: it brings its binary.
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
  @backstage/backend-defaults@0.19.0 @backstage/backend-plugin-api@1.12.0 \
  better-sqlite3@13.2.0 express@4.22.3 >/dev/null
port=$(node -e '
  const server = require("node:http").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
    server.close();
  });')
cat >app-config.yaml <<EOF
app: {baseUrl: 'http://127.0.0.1'}
backend:
  baseUrl: http://127.0.0.1:$port
  listen: 127.0.0.1:$port
  database: {client: better-sqlite3, connection: ':memory:'}
EOF
cat >portal.mjs <<'EOF'
import { createBackend } from '@backstage/backend-defaults';
import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { Router } from 'express';

const backend = createBackend();
backend.add(
  createBackendPlugin({
    pluginId: 'hooks',
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter, auditor: coreServices.auditor },
        async init({ http, auditor }) {
          const router = Router();
          router.post('/plain', (_, answer) => void answer.end());
          router.post('/audited', (request, answer, next) => {
            auditor
              .createEvent({ eventId: 'hook-received', request })
              .then(() => answer.end())
              .catch(next);
          });
          http.use(router);
          http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      });
    },
  }),
);
await backend.start();
for (const authorization of [undefined, 'Basic cm9ib3Q6czNjcmV0', 'Bearer s3cret']) {
  const answers = [];
  for (const path of ['plain', 'audited']) {
    const url = `http://127.0.0.1:${process.argv[2]}/api/hooks/${path}`;
    const headers = authorization ? { authorization } : {};
    const answer = await fetch(url, { method: 'POST', headers });
    answers.push(`${path} ${answer.status}`);
    await answer.text();
  }
  console.log(`came to: ${authorization ?? 'nothing'}: ${answers.join(', ')}`);
}
process.exit(0);
EOF

seen=$(npx -y -p node@24.21.0 node portal.mjs "$port" 2>&1 | sed -n 's/^came to: //p')
expected='nothing: plain 200, audited 200
Basic cm9ib3Q6czNjcmV0: plain 200, audited 200
Bearer s3cret: plain 200, audited 401'

if [ "$seen" = "$expected" ]; then
  echo "as described: to record a request with a token of others is to refuse it"
else
  echo "changed: what the auditor does with tokens that are not of Backstage" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
