#!/usr/bin/env bash
# @kubernetes/client-node 2.0.1 with yaml 2.9.1 on Node.js 24.21.0. The typed API sends of
# an object what its models know, by the names that they have in JavaScript. A
# CustomResourceDefinition that was read by any YAML library arrives without `default`,
# `enum` and every `x-kubernetes-…` of its schema, and nothing is said: clusters then set
# no defaults, accept every text and remove unknown fields. The client's own `loadYaml`
# renames them beforehand.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @kubernetes/client-node@2.0.1 yaml@2.9.1 >/dev/null
cat >definition.yaml <<'EOF'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: things, kind: Thing}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-preserve-unknown-fields: true
        properties:
          size: {type: string, default: small, enum: [small, large]}
EOF

# The client needs a newer Node.js than the oldest that is supported elsewhere.
seen=$(npx -y -p node@24.21.0 node --input-type=module -e '
  import { readFileSync } from "node:fs";
  import { createServer } from "node:http";
  import { once } from "node:events";
  import { json } from "node:stream/consumers";
  import { ApiextensionsV1Api, KubeConfig, loadYaml } from "@kubernetes/client-node";
  import { parse } from "yaml";
  let sent;
  const server = createServer(async (request, answer) => {
    sent = await json(request);
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify(sent));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "c", server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true },
    { name: "u", token: "t" },
  );
  const api = config.makeApiClient(ApiextensionsV1Api);
  const text = readFileSync("definition.yaml", "utf8");
  for (const [reader, read] of [["yaml", parse], ["loadYaml", loadYaml]]) {
    await api.createCustomResourceDefinition({ body: read(text) });
    const { openAPIV3Schema: schema } = sent.spec.versions[0].schema;
    console.log(`${reader}: ${Object.keys(schema)}; size: ${Object.keys(schema.properties.size)}`);
  }
  process.exit(0);')
expected='yaml: properties,type; size: type
loadYaml: properties,type,x-kubernetes-preserve-unknown-fields; size: default,enum,type'

if [ "$seen" = "$expected" ]; then
  echo "as described: the Kubernetes client drops defaults of a definition"
else
  echo "changed: what the Kubernetes client sends of a definition" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
