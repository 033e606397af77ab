import { EngineHealth, KargoRequestError } from 'backstage-plugin-kargo-common';
import { findTrouble, SystemTrouble } from './useSystemTrouble';

const since = '2026-01-01T00:00:00Z';
const running: EngineHealth = { state: 'running', since };
const unreachable = new TypeError('Failed to fetch');
const away = new KargoRequestError(503, 'The database does not answer.');

describe('findTrouble', () => {
  it.each<
    [string, Parameters<typeof findTrouble>[0], SystemTrouble | undefined]
  >([
    [
      'nothing while all is well',
      { failure: undefined, healthError: undefined, health: running },
      undefined,
    ],
    [
      'nothing while nothing is known',
      { failure: undefined, healthError: undefined, health: undefined },
      undefined,
    ],
    [
      'an engine that does not run',
      {
        failure: undefined,
        healthError: undefined,
        health: { state: 'impaired', since, message: 'It tries again soon.' },
      },
      { kind: 'engine', state: 'impaired', message: 'It tries again soon.' },
    ],
    [
      'a database that is away, in the words of the portal',
      { failure: away, healthError: undefined, health: running },
      { kind: 'unavailable', message: 'The database does not answer.' },
    ],
    [
      'the database rather than the engine, which cannot run without it',
      {
        failure: away,
        healthError: undefined,
        health: { state: 'impaired', since },
      },
      { kind: 'unavailable', message: 'The database does not answer.' },
    ],
    [
      'a portal that nobody reaches',
      { failure: undefined, healthError: unreachable, health: running },
      { kind: 'unreachable' },
    ],
    [
      'a proxy that reaches nobody',
      {
        failure: new KargoRequestError(502, 'Bad Gateway'),
        healthError: away,
        health: undefined,
      },
      { kind: 'unreachable' },
    ],
    [
      'a token that is taken no more, by Kargo itself',
      {
        failure: undefined,
        healthError: new KargoRequestError(401, 'Illegal token'),
        health: running,
      },
      { kind: 'signed-out' },
    ],
    [
      'a sign-in that is over, which another part of the portal says',
      {
        failure: Object.assign(new Error('Request failed'), {
          name: 'ResponseError',
          statusCode: 401,
        }),
        healthError: undefined,
        health: running,
      },
      { kind: 'signed-out' },
    ],
    [
      'what could not be loaded again, in the words of the portal',
      {
        failure: new KargoRequestError(500, 'The store is broken.'),
        healthError: undefined,
        health: running,
      },
      { kind: 'outdated', message: 'The store is broken.' },
    ],
    [
      'nothing where a portal does not tell of its engine',
      {
        failure: undefined,
        healthError: new KargoRequestError(404, 'no such path'),
        health: undefined,
      },
      undefined,
    ],
  ])('names %s', (_, found, trouble) => {
    expect(findTrouble(found)).toEqual(trouble);
  });
});
