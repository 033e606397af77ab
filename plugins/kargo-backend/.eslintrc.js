const { readdirSync } = require('node:fs');
const { builtinModules } = require('node:module');
const { join } = require('node:path');

/**
 * Layers of `src` and what each may import besides itself. A layer that is not named
 * is out of reach: engine, builtins, adapters and api meet in wiring only.
 */
const LAYERS = {
  logic: ['expressions'],
  // See docs/decisions/0003-expressions-use-version-and-url-rules.md.
  expressions: [
    'logic/repoUrls.ts',
    'logic/derivedNames.ts',
    'logic/selection/semver.ts',
    'logic/selection/filterVerdict.ts',
  ],
  edits: [],
  // Reads and edits what strangers wrote, within limits and off the main thread.
  foreign: ['edits'],
  ports: [],
  engine: [
    'logic',
    'expressions',
    'ports',
    // What evaluations need to let others go on.
    'foreign/inTurns.ts',
    'foreign/json.ts',
    'foreign/limits.ts',
  ],
  builtins: ['logic', 'edits', 'foreign', 'ports'],
  adapters: ['logic', 'foreign', 'ports'],
  api: ['logic', 'foreign', 'ports'],
  wiring: [
    'logic',
    'expressions',
    'edits',
    'foreign',
    'ports',
    'engine',
    'builtins',
    'adapters',
    'api',
  ],
};

const layerZones = Object.entries(LAYERS).map(([layer, others]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [layer, ...others].map(path => `./${path}`),
  message: `${layer} may import ${
    others.length > 0 ? others.join(', ') : 'no other layer'
  }; see docs/architecture.md.`,
}));

/** A built-in meets others of its family through `shared` only, other families not at all. */
const builtinZones = readFolders('src/builtins').flatMap(family =>
  readFolders(`src/builtins/${family}`).map(name => ({
    target: `./src/builtins/${family}/${name}`,
    from: './src/builtins',
    except: [...new Set([name, 'shared'])].map(path => `./${family}/${path}`),
    message: `A built-in imports nothing of its siblings but what is in ${family}/shared.`,
  })),
);

const testingZone = {
  target: './src/*.ts',
  from: './src/testing',
  message: 'What is for tests is not part of the plugin.',
};

function readFolders(path) {
  return readdirSync(join(__dirname, path), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
}

/** Folders without effects: the same input gives the same output, at any time and anywhere. */
const PURE = ['logic', 'expressions', 'edits'].map(
  layer => `src/${layer}/**/*.ts`,
);
const EFFECT = 'This folder is pure; pass the value in.';
const effectGlobals = [
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
];
const effectSyntax = [
  ['CallExpression[callee.object.name="Date"][callee.property.name="now"]'],
  ['NewExpression[callee.name="Date"][arguments.length=0]'],
  ['CallExpression[callee.name="Date"]'],
  ['CallExpression[callee.object.name="Math"][callee.property.name="random"]'],
  [
    ':function[async=true]',
    'This folder is pure; leave waiting to the caller.',
  ],
  ['AwaitExpression', 'This folder is pure; leave waiting to the caller.'],
  ['ImportExpression'],
].map(([selector, message = EFFECT]) => ({ selector, message }));

/** Built-ins touch the world through what they are given. */
const builtinImports = [
  {
    group: ['node:fs', 'node:fs/*', 'fs', 'fs/*', 'node:path', 'path'],
    message: 'Files are a capability: files.',
  },
  {
    group: ['node:child_process', 'child_process', 'node:worker_threads'],
    message: 'Programs are a capability: programs.',
  },
  {
    group: [
      ...['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns'].flatMap(
        name => [`/${name}`, `node:${name}`, `node:${name}/*`],
      ),
      'undici',
    ],
    message: 'Requests are a capability: http.',
  },
  {
    group: ['backstage-plugin-kargo-node/capabilities'],
    message: 'Capabilities come with the context of an attempt.',
  },
];

const programs = [
  {
    group: ['node:child_process', 'child_process'],
    message: 'Programs are started by a ProcessStarter.',
  },
];

/** Foreign text is read where its size, depth and time have limits. */
const parsers = ['yaml', 'jsonc-parser', 'js-yaml', 'toml-eslint-parser'].map(
  name => ({
    name,
    message: 'Foreign text is read with limits; see src/foreign and src/edits.',
  }),
);

module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  // This file is code like the rest of it.
  ignorePatterns: ['!.eslintrc.js'],
  settings: {
    // Without it no import of TypeScript is resolved, and every zone is silent.
    'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
  },
  plugins: ['regexp'],
  rules: {
    // What people and servers write meets these patterns: none may take more than its length.
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    'import/no-restricted-paths': [
      'error',
      {
        basePath: __dirname,
        zones: [...layerZones, ...builtinZones, testingZone],
      },
    ],
  },
  overrides: [
    {
      // A program that is started elsewhere holds the portal up, and escapes its limits.
      // Those below have lists of their own, in which it is, too.
      files: ['src/**/*.ts'],
      excludedFiles: ['src/adapters/processes/**'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { patterns: programs },
        ],
      },
    },
    {
      files: ['src/{adapters,api,engine,wiring}/**/*.ts'],
      excludedFiles: ['**/*.test.ts', 'src/adapters/processes/**'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { patterns: programs, paths: parsers },
        ],
      },
    },
    {
      files: PURE,
      rules: {
        'no-restricted-globals': [
          'error',
          ...effectGlobals.map(name => ({ name, message: EFFECT })),
        ],
        'no-restricted-syntax': ['error', ...effectSyntax],
        '@typescript-eslint/no-restricted-imports': [
          'error',
          {
            paths: builtinModules.map(name => ({ name, message: EFFECT })),
            patterns: [
              { group: ['node:*'], message: EFFECT },
              {
                group: [
                  'backstage-plugin-kargo-node',
                  '@backstage/backend-plugin-api',
                ],
                allowTypeImports: true,
                message: 'This folder may know their types, not their code.',
              },
            ],
          },
        ],
      },
    },
    {
      // A built-in that opens a file by itself is one that may forget a rule.
      files: ['src/builtins/**/*.ts'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { patterns: builtinImports, paths: parsers },
        ],
      },
    },
    {
      // Credentials are asked for with the guarded one of their context.
      files: ['src/builtins/**/*.ts'],
      excludedFiles: ['src/builtins/credentials/**'],
      rules: {
        'no-restricted-globals': [
          'error',
          { name: 'fetch', message: 'Requests are a capability: http.' },
        ],
      },
    },
    {
      // Hashing is pure; it is the one thing that is taken from node:crypto.
      files: ['src/logic/hash.ts'],
      rules: { '@typescript-eslint/no-restricted-imports': 'off' },
    },
    {
      // Tests prove rules with whatever they need.
      files: ['**/*.test.ts', 'src/testing/**'],
      rules: {
        'import/no-restricted-paths': 'off',
        'no-restricted-globals': 'off',
        'no-restricted-syntax': 'off',
        'regexp/no-super-linear-backtracking': 'off',
        '@typescript-eslint/no-restricted-imports': 'off',
      },
    },
    {
      // Harnesses are tests in all but name: nothing that is built imports them.
      files: ['src/testing/**'],
      rules: { '@backstage/no-undeclared-imports': 'off' },
    },
  ],
});
