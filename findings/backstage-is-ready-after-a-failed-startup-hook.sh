#!/usr/bin/env bash
# @backstage/backend-defaults 0.19.0 and @backstage/backend-plugin-api 1.12.0 on Node.js
# 24.21.0. A plugin whose `init` throws keeps a backend from starting. A plugin whose
# startup hook throws, which is where its own work is to begin, is logged as an error and
# nothing else: the backend starts and its readiness answers 200. Behind such a probe a
# portal takes traffic whose engine never ran.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "portal", "private": true}' >package.json
# This better-sqlite3 is newer than the peer that Backstage asks for: it brings its binary.
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
  @backstage/backend-defaults@0.19.0 @backstage/backend-plugin-api@1.12.0 \
  better-sqlite3@13.2.0 >/dev/null
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

const [, , where, port] = process.argv;
const fail = async () => {
  throw new Error('the engine cannot run');
};
const backend = createBackend();
backend.add(
  createBackendPlugin({
    pluginId: 'engine',
    register(env) {
      env.registerInit({
        deps: { lifecycle: coreServices.lifecycle },
        init: where === 'init' ? fail : async ({ lifecycle }) => lifecycle.addStartupHook(fail),
      });
    },
  }),
);
let came;
try {
  await backend.start();
  const answer = await fetch(`http://127.0.0.1:${port}/.backstage/health/v1/readiness`);
  came = `started, readiness ${answer.status}`;
} catch (error) {
  came = `not started, ${/the engine cannot run/.exec(error.message) ?? error.message}`;
}
console.log(`came to: a failure in ${where}: ${came}`);
process.exit(0);
EOF

seen=$(
  for where in init startup-hook; do
    npx -y -p node@24.21.0 node portal.mjs "$where" "$port" 2>&1 | sed -n 's/^came to: //p'
  done
)
expected='a failure in init: not started, the engine cannot run
a failure in startup-hook: started, readiness 200'

if [ "$seen" = "$expected" ]; then
  echo "as described: a backend whose startup hook failed is ready"
else
  echo "changed: what a failed startup hook does to a backend" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
