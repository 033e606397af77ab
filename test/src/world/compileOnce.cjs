// Loaded in front of a portal: what one of them has translated and compiled, the next one
// finds, and the schemas of its configuration. All are kept by what they were made of, so whoever
// changes a source gets it anew.
const { createHash, randomUUID } = require('node:crypto');
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { enableCompileCache } = require('node:module');
const { dirname, join } = require('node:path');

const root = dirname(dirname(require.resolve('../../package.json')));
const kept = join(root, '.cache', 'portal');
const translated = join(kept, 'translated');
const schemas = join(kept, 'schemas');
const DAY_MS = 24 * 3_600_000;
mkdirSync(translated, { recursive: true });
mkdirSync(schemas, { recursive: true });
clearNowAndThen();
enableCompileCache(join(kept, 'compiled'));

// Backstage's translation takes the function from here.
const swc = require(require.resolve('@swc/core', {
  paths: [require.resolve('@backstage/cli/package.json')],
}));
const { transformSync, version } = swc;
swc.transformSync = (source, options) => {
  const made = hashOf(JSON.stringify([version, options, source]));
  const file = join(translated, made);
  try {
    return { code: readFileSync(file, 'utf8') };
  } catch {
    const result = transformSync(source, options);
    keep(file, result.code);
    return result;
  }
};

// The portal's logger looks in them for what is secret; they are made of types each time.
const loader = require(require.resolve('@backstage/config-loader', {
  paths: [require.resolve('@backstage/backend-defaults/package.json')],
}));
const { loadConfigSchema } = loader;
loader.loadConfigSchema = async options => {
  if (!options.dependencies) {
    return loadConfigSchema(options);
  }
  const { onSchemaError, ...asked } = options;
  const file = join(schemas, hashOf(JSON.stringify(asked) + declarations()));
  if (existsSync(file)) {
    const { dependencies, ...others } = asked;
    const serialized = JSON.parse(readFileSync(file, 'utf8'));
    return loadConfigSchema({ ...others, serialized });
  }
  const schema = await loadConfigSchema(options);
  keep(file, JSON.stringify(schema.serialize()));
  return schema;
};

/** What the schemas are made of: packages of this repository, and the versions of all others. */
function declarations() {
  const own = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(root, folder)).flatMap(name =>
      ['package.json', 'config.d.ts'].map(file =>
        join(root, folder, name, file),
      ),
    ),
  );
  return [join(root, 'yarn.lock'), ...own]
    .filter(file => existsSync(file))
    .map(file => readFileSync(file, 'utf8'))
    .join('\0');
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** Others may write the same at this moment. */
function keep(file, text) {
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, text);
  renameSync(own, file);
}

/** Sources change, and what was made of the old ones nobody else would remove. */
function clearNowAndThen() {
  const cleared = join(kept, 'cleared');
  if (ageOf(cleared) < DAY_MS) {
    return;
  }
  writeFileSync(cleared, '');
  for (const entry of readdirSync(kept, {
    recursive: true,
    withFileTypes: true,
  })) {
    const file = join(entry.parentPath, entry.name);
    // Older than this is made anew once, whether it is still of use or not.
    if (entry.isFile() && ageOf(file) > 30 * DAY_MS) {
      rmSync(file, { force: true });
    }
  }
}

function ageOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? Date.now() - found.mtimeMs : Infinity;
}
