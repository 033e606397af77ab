import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  NotImplementedError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { InvalidResourceError } from '../../logic/admission/InvalidResourceError';
import { RefreshTooSoonError } from '../resources/requestRefresh';
import { errorAnswer, UNEXPECTED } from './errorAnswer';

describe('errorAnswer', () => {
  it.each([
    [new InputError('a'), 400, 'a'],
    [new NotAllowedError('b'), 403, 'b'],
    [new NotFoundError('c'), 404, 'c'],
    [new ConflictError('d'), 409, 'd'],
    [new NotImplementedError('e'), 501, 'e'],
    [new ServiceUnavailableError('f'), 503, 'f'],
    [
      new URIError("Failed to decode param '%ff'"),
      400,
      "Failed to decode param '%ff'",
    ],
    [new Error('password=x'), 500, UNEXPECTED],
    [new TypeError('undefined is not'), 500, UNEXPECTED],
    ['thrown text', 500, UNEXPECTED],
    [undefined, 500, UNEXPECTED],
    [
      Object.assign(new Error('big'), { type: 'entity.too.large', limit: 7 }),
      413,
      'The body is larger than the limit of 7 bytes',
    ],
    [
      Object.assign(new Error('odd charset'), { status: 415, expose: true }),
      415,
      'odd charset',
    ],
    [
      Object.assign(new Error('inner'), { status: 502, expose: true }),
      500,
      UNEXPECTED,
    ],
  ])('translates %s to %s', (error, status, text) => {
    expect(errorAnswer(error)).toMatchObject({
      status,
      body: { error: text },
    });
  });

  it('tells when to ask again while the database is away', () => {
    expect(errorAnswer(new ServiceUnavailableError('away')).headers).toEqual({
      'Retry-After': '5',
    });
    expect(errorAnswer(new ConflictError('x')).headers).toBeUndefined();
  });

  it('tells when a refresh may be asked for again', () => {
    expect(errorAnswer(new RefreshTooSoonError("Stage 'test'", 7))).toEqual({
      status: 429,
      headers: { 'Retry-After': '7' },
      body: {
        error:
          "A look at Stage 'test' was asked for a moment ago. Try again in 7 s",
      },
    });
  });

  it('knows errors by name, as packages can be installed twice', () => {
    const foreign = Object.assign(new Error('x'), { name: 'ConflictError' });
    expect(errorAnswer(foreign).status).toBe(409);
  });

  it('lists the problems of a manifest beside the text', () => {
    const problems = [
      { path: 'spec', found: 'nothing', expected: 'an object' },
    ];
    expect(errorAnswer(new InvalidResourceError('Stage x', problems))).toEqual({
      status: 422,
      body: {
        error: 'Stage x is invalid: spec: found nothing, expected an object',
        problems,
      },
    });
  });
});
