#!/usr/bin/env bash
# @kubernetes/client-node 2.0.1 on Node.js 24.21.0. Ten requests, one after the
# other, of one client to a cluster with a TLS setting (here `skipTLSVerify`, which
# it demands for plain HTTP) open ten connections to a server that keeps them
# alive: an agent is made for every request. Whoever polls Argo CD's Applications
# this way opens a connection each time.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
npm install --silent --no-audit --no-fund --ignore-scripts \
  @kubernetes/client-node@2.0.1 >/dev/null

# The client needs a newer Node.js than the oldest that is supported elsewhere.
seen=$(npx -y -p node@24.21.0 node --input-type=module -e '
  import { createServer } from "node:http";
  import { once } from "node:events";
  import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
  let connections = 0;
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify({ items: [] }));
  }).on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "c", server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true },
    { name: "u", token: "t" },
  );
  const api = config.makeApiClient(CustomObjectsApi);
  for (let request = 0; request < 10; request += 1) {
    await api.listNamespacedCustomObject({
      group: "argoproj.io", version: "v1alpha1", namespace: "n", plural: "applications",
    });
  }
  console.log(`${connections} connections for 10 requests`);
  server.close();
  server.closeAllConnections();
  process.exit(0);')
expected='10 connections for 10 requests'

if [ "$seen" = "$expected" ]; then
  echo "as described: the Kubernetes client connects anew for each request"
else
  echo "changed: connections of the Kubernetes client" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
