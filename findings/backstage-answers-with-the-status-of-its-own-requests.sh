#!/usr/bin/env bash
# @backstage/backend-defaults 0.19.0, @backstage/backend-plugin-api 1.12.0 and
# @backstage/integration 2.2.0 on Node.js 24.21.0. A plugin asks the portal's GitHub
# integration for credentials. When GitHub refuses the portal's key with 401, whoever asked
# the portal is answered 401, and no error is logged: any error with a `status` decides the
# answer. The handler of errors is documented as a net that answers 500 but for errors of
# HTTP and of Backstage. So a key that has expired looks to people as if they had
# to sign in again, and a limit of GitHub's as one of the portal's.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "portal", "private": true}' >package.json
# This better-sqlite3 is newer than the peer that Backstage asks for: it brings its binary.
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
  @backstage/backend-defaults@0.19.0 @backstage/backend-plugin-api@1.12.0 \
  @backstage/integration@2.2.0 @backstage/config@1.3.11 \
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
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createBackend } from '@backstage/backend-defaults';
import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { ConfigReader } from '@backstage/config';
import { DefaultGithubCredentialsProvider, ScmIntegrations } from '@backstage/integration';
import { Router } from 'express';

let status;
const github = createServer((_, answer) => {
  answer.writeHead(status, { 'Content-Type': 'application/json' });
  answer.end('{"message": "no"}');
});
await once(github.listen(0, '127.0.0.1'), 'listening');
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const app = { appId: 1, privateKey, clientId: 'c', clientSecret: 's', webhookSecret: 'w' };
const apiBaseUrl = `http://127.0.0.1:${github.address().port}`;
const config = new ConfigReader({
  integrations: { github: [{ host: 'github.invalid', apiBaseUrl, apps: [app] }] },
});
const credentials = DefaultGithubCredentialsProvider.fromIntegrations(
  ScmIntegrations.fromConfig(config),
);

const backend = createBackend();
backend.add(
  createBackendPlugin({
    pluginId: 'engine',
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          const router = Router();
          router.get('/github', (_, answer, next) => {
            credentials
              .getCredentials({ url: 'https://github.invalid/acme/app' })
              .then(() => answer.end())
              .catch(next);
          });
          router.get('/own', (_, __, next) => next(new Error('no')));
          http.use(router);
          http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      });
    },
  }),
);
await backend.start();
const get = async path => {
  const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/api/engine/${path}`);
  await answer.text();
  return answer.status;
};
for (status of [401, 404, 429]) {
  console.log(`came to: GitHub says ${status}: ${await get('github')}`);
}
console.log(`came to: another error: ${await get('own')}`);
process.exit(0);
EOF

npx -y -p node@24.21.0 node portal.mjs "$port" >portal.log 2>&1 || { cat portal.log >&2; exit 1; }
seen=$(
  sed -n 's/^came to: //p' portal.log
  echo "logged: $(grep -o 'Request failed with status [0-9]*' portal.log)"
)
expected='GitHub says 401: 401
GitHub says 404: 404
GitHub says 429: 429
another error: 500
logged: Request failed with status 500'

if [ "$seen" = "$expected" ]; then
  echo "as described: what GitHub answers to the portal is what the portal answers"
else
  echo "changed: what becomes of errors that have a status" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
