module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // This package proves the inside of its neighbours and is never published, so it
    // may import what they do not export.
    '@backstage/no-forbidden-package-imports': 'off',
    '@backstage/no-mixed-plugin-imports': 'off',
  },
});
