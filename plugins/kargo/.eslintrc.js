module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  restrictedSyntax: [
    {
      // Where the browser speaks Turkish, IMAGE would not find image.
      selector:
        'CallExpression[callee.property.name=/^toLocale(Lower|Upper)Case$/][arguments.length=0]',
      message: "Names are no words of the viewer's language: say 'en-US'.",
    },
  ],
});
