// Loaded in front of a portal: what one of them has translated and compiled, the next one
// finds. Both are kept by what they were made of, so whoever changes a source gets it anew.
const { createHash, randomUUID } = require('node:crypto');
const {
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
const DAY_MS = 24 * 3_600_000;
mkdirSync(translated, { recursive: true });
clearNowAndThen();
enableCompileCache(join(kept, 'compiled'));

// Backstage's translation takes the function from here.
const swc = require(require.resolve('@swc/core', {
  paths: [require.resolve('@backstage/cli/package.json')],
}));
const { transformSync, version } = swc;
swc.transformSync = (source, options) => {
  const made = createHash('sha256');
  made.update(JSON.stringify([version, options, source]));
  const file = join(translated, made.digest('hex'));
  try {
    return { code: readFileSync(file, 'utf8') };
  } catch {
    const result = transformSync(source, options);
    // Others may write the same at this moment.
    const own = `${file}.${randomUUID()}`;
    writeFileSync(own, result.code);
    renameSync(own, file);
    return result;
  }
};

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
