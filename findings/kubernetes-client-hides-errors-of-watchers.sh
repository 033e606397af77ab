#!/usr/bin/env bash
# @kubernetes/client-node 2.0.1 on Node.js 24.21.0. What the callback of `Watch` throws is
# thrown away together with lines that are no JSON: nothing is logged, the process sees no
# error, `done` is told of none, and the watch goes on without the event. A mistake in the
# code that handles Applications looks like a cluster in which nothing happens.
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
  import { KubeConfig, Watch } from "@kubernetes/client-node";
  const server = createServer((_, answer) => {
    for (const name of ["a", "b"]) {
      answer.write(`${JSON.stringify({ type: "ADDED", object: { metadata: { name } } })}\n`);
    }
    answer.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "c", server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true },
    { name: "u", token: "t" },
  );
  process.on("uncaughtException", error => console.log(`the process sees ${error.message}`));
  const applications = "/apis/argoproj.io/v1alpha1/applications";
  const error = await new Promise(done => {
    const handle = (type, { metadata }) => {
      console.log(`${type} ${metadata.name}`);
      throw new Error("a mistake");
    };
    new Watch(config).watch(applications, {}, handle, done);
  });
  console.log(`done: ${error}`);
  process.exit(0);' 2>&1)
expected='ADDED a
ADDED b
done: null'

if [ "$seen" = "$expected" ]; then
  echo "as described: errors of a watch's callback are seen by nobody"
else
  echo "changed: errors of a watch's callback" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
