import { creatorClaim } from './creatorClaim';

describe('creatorClaim', () => {
  it.each([
    ['user:default/alice', [{ name: 'sub', values: ['user:default/alice'] }]],
    ['email:a@example.com', [{ name: 'email', values: ['a@example.com'] }]],
    ['subject:abc:def', [{ name: 'sub', values: ['abc:def'] }]],
    ['service:external:robot', []],
    ['kubernetes:system:serviceaccount:shop:ci', []],
    ['controller:manifests', []],
    ['admin', []],
    [undefined, []],
  ])('%s is known by %j', (actor, claims) => {
    expect(creatorClaim(actor)).toEqual(claims);
  });
});
