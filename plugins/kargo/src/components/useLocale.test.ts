import { chooseLocale } from './useLocale';

it.each([
  ['de', ['en-GB', 'fr'], 'de'],
  ['en', ['fr', 'en-GB', 'en-US'], 'en-GB'],
  ['en', ['en', 'en-GB'], 'en'],
  ['pt-BR', ['pt-PT', 'pt'], 'pt-BR'],
  ['deu', ['de-AT'], 'deu'],
  ['en', ['en-US@posix', 'en-GB'], 'en-GB'],
  ['en', ['en-US@posix'], 'en'],
  ['en_US', ['en-US'], undefined],
])('in a portal in %s, of %j, is %s', (language, own, chosen) => {
  expect(chooseLocale(language, own)).toBe(chosen);
});
