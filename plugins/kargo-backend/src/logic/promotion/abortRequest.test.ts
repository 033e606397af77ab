import { parseAbortRequest } from './abortRequest';

describe('parseAbortRequest', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['terminate', {}],
    ['stop', undefined],
    ['{"action":"terminate"}', {}],
    ['{"action":"terminate","actor":"ana"}', { actor: 'ana' }],
    ['{"action":"terminate","actor":7}', {}],
    ['{"action":"stop","actor":"ana"}', undefined],
    ['"terminate"', undefined],
    ['null', undefined],
  ])('%s', (value, request) => {
    expect(parseAbortRequest(value)).toEqual(request);
  });
});
