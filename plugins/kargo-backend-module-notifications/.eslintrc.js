module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  plugins: ['regexp'],
  rules: {
    // What people and servers write meets these patterns: none may take more than its length.
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
  },
});
