// Loaded in front of a portal: what one of them has translated and compiled, the next one
// finds. Both are kept by what they were made of, so whoever changes a source gets it anew.
const { createHash, randomUUID } = require('node:crypto');
const {
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} = require('node:fs');
const { enableCompileCache } = require('node:module');
const { dirname, join } = require('node:path');

const root = dirname(dirname(require.resolve('../../package.json')));
const kept = join(root, '.cache', 'portal');
const translated = join(kept, 'translated');
mkdirSync(translated, { recursive: true });
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
