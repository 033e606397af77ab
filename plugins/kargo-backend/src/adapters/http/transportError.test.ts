import { toTransportError } from './transportError';

it.each([
  ['CERT_HAS_EXPIRED', 'presented a certificate that has expired'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'presented a certificate of another host; check the host name',
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'presented a certificate of an authority that the portal does not trust; an operator adds one with NODE_EXTRA_CA_CERTS',
  ],
])('%s says what is wrong with a certificate', (code, reason) => {
  const cause = Object.assign(new Error('no'), { code });
  const error = new TypeError('fetch failed', { cause });
  expect(toTransportError(error, 'git.corp').message).toContain(
    `git.corp ${reason}`,
  );
});
