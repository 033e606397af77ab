/** What is wrong with a template, or with what it does to its data. */
export class GoTemplateError extends Error {
  readonly name = 'GoTemplateError';
}
