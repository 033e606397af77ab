import { KargoRequestError } from 'backstage-plugin-kargo-common';
import { askAgainMs } from './askAgainMs';

const ofOthers = (statusCode: number) =>
  Object.assign(new Error('Request failed'), { statusCode });

it.each<[string, unknown, number | false]>([
  ['was answered', null, 60_000],
  ['did not reach the portal', new TypeError('Failed to fetch'), 10_000],
  ['the portal could not answer', new KargoRequestError(503, 'busy'), 10_000],
  ['was refused', new KargoRequestError(403, 'no'), 60_000],
  ['nobody was known to ask for', new KargoRequestError(401, 'who?'), 10_000],
  ['no token was given for', ofOthers(401), 10_000],
  ['the catalog could not answer', ofOthers(502), 10_000],
  ['the catalog refused', ofOthers(403), 60_000],
])('asks again for what %s', (_, error, ms) => {
  expect(askAgainMs(error, 60_000)).toBe(ms);
});
