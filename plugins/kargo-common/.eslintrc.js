module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // A schema and the type it describes share one name, on purpose: TypeScript keeps
    // values and types apart.
    '@typescript-eslint/no-redeclare': 'off',
  },
});
