#!/usr/bin/env bash
# @backstage/config-loader 1.11.5 on Node.js 24.21.0. To find out which values of the configuration
# are secret, a backend of @backstage/backend-defaults 0.18.0 reads, whenever it starts, the schemas of
# all packages of its workspace and of those they depend on. One in a `config.d.ts`, as most packages
# ship it, is compiled for that each time: TypeScript is loaded, and reads and checks every
# declaration that such a file leads to, its own library first. It took a portal of two dozen
# plugins five of the twelve seconds of processor time of a start. The same schema as JSON, or
# serialized by an earlier process, needs no compiler.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"
echo '{"name": "portal", "private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @backstage/config-loader@1.11.5 @backstage/types@1.2.2 >/dev/null

# A plugin with a schema, in either way.
plugin() {
  mkdir -p "node_modules/$1"
  cat >"node_modules/$1/package.json" <<END
{"name": "$1", "version": "1.0.0", "configSchema": "$2", "dependencies": {"@backstage/types": "1.2.2"}}
END
}
plugin types config.d.ts
cat >node_modules/types/config.d.ts <<'END'
import { HumanDuration } from '@backstage/types';

export interface Config {
  plugin?: {
    interval?: HumanDuration;
    /** @visibility secret */
    password?: string;
  };
}
END
plugin json config.json
cat >node_modules/json/config.json <<'END'
{
  "type": "object",
  "properties": {
    "plugin": {
      "type": "object",
      "properties": {
        "interval": {"type": "object"},
        "password": {"type": "string", "visibility": "secret"}
      }
    }
  }
}
END

cat >start.cjs <<'END'
const fs = require('node:fs');
const declarations = new Set();
for (const name of ['readFileSync', 'openSync']) {
  const original = fs[name];
  fs[name] = (file, ...others) => {
    if (/\.d\.[cm]?ts$/.test(String(file))) declarations.add(String(file));
    return original(file, ...others);
  };
}
const { loadConfigSchema } = require('@backstage/config-loader');

async function main([how]) {
  const serialized = how === 'serialized' && JSON.parse(fs.readFileSync('schema.json', 'utf8'));
  const schema = await loadConfigSchema(serialized ? { serialized } : { dependencies: [how] });
  if (how === 'types') fs.writeFileSync('schema.json', JSON.stringify(schema.serialize()));
  const data = { plugin: { password: 'p', interval: { minutes: 1 } } };
  const [secret] = schema.process([{ data, context: 'test' }], { visibility: ['secret'] });
  const isLoaded = Object.keys(require.cache).some(file => /node_modules\/typescript\/lib\//.test(file));
  console.log(
    [
      `${how}: secret is ${JSON.stringify(secret.data)}`,
      `the compiler is ${isLoaded ? '' : 'not '}loaded`,
      `declarations read: ${declarations.size > 20 ? 'more than 20' : declarations.size}`,
    ].join(', '),
  );
}
main(process.argv.slice(2));
END
start() { npx -y -p node@24.21.0 node start.cjs "$1"; }
# The second start does what the first one did.
seen=$(start types && start types && start json && start serialized)
expected='types: secret is {"plugin":{"password":"p"}}, the compiler is loaded, declarations read: more than 20
types: secret is {"plugin":{"password":"p"}}, the compiler is loaded, declarations read: more than 20
json: secret is {"plugin":{"password":"p"}}, the compiler is not loaded, declarations read: 0
serialized: secret is {"plugin":{"password":"p"}}, the compiler is not loaded, declarations read: 0'

if [ "$seen" = "$expected" ]; then
  echo "as described: a schema in types is compiled whenever it is loaded"
else
  echo "changed: what loading the schemas of a configuration takes" >&2
  diff <(echo "$expected") <(echo "$seen") >&2 || true
  exit 1
fi
