module.exports = {
  root: true,
  // A directive that lint does not need hides what the next change brings.
  reportUnusedDisableDirectives: true,
};
