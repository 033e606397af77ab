import { hmacOf, webhookRequest } from '../../../testing/webhookRequest';
import { demandHmac, demandSecret } from './authentication';

const SECRET = Buffer.from('s3cr3t');
const BODY = '{"ref":"refs/heads/main"}';
const DIGEST =
  '8588fd50c04ac2c191575340c4c0fe284157898def8e4d10af822f05dd7c9bb5';
const SHA1 = 'ca5d9a2b42732da6779a57fd80ac97cfdf0e7635';
const HEADER = 'X-Hub-Signature-256';

describe('demandHmac', () => {
  it.each<[string, string, string, string | undefined]>([
    ['of this body by this secret', `sha256=${DIGEST}`, BODY, undefined],
    ['without its prefix', DIGEST, BODY, 'unauthorized'],
    ['in capitals', `sha256=${DIGEST.toUpperCase()}`, BODY, 'unauthorized'],
    ['that is cut off', `sha256=${DIGEST.slice(1)}`, BODY, 'unauthorized'],
    ['of another body', `sha256=${DIGEST}`, `${BODY}\n`, 'unauthorized'],
    ['by SHA-1', `sha1=${SHA1}`, BODY, 'unauthorized'],
    ['that is no signature', 'sha256=', BODY, 'unauthorized'],
    ['that was not sent', '', BODY, 'missing signature'],
  ])('judges a signature %s', (_, signature, body, message) => {
    const request = webhookRequest({ headers: { [HEADER]: signature }, body });
    expect(
      demandHmac(request, SECRET, { header: HEADER, prefix: 'sha256=' }),
    ).toEqual(message && { kind: 'refused', status: 401, message });
  });

  it('knows signatures without a prefix', () => {
    const request = webhookRequest({ headers: { 'X-A': DIGEST }, body: BODY });
    expect(demandHmac(request, SECRET, { header: 'x-a' })).toBeUndefined();
  });

  it('is made of the bytes as they are, also where they are no text', () => {
    const body = Buffer.from([0xff, 0x00, 0xfe]);
    const request = webhookRequest({
      headers: { 'X-A': hmacOf(body, 's3cr3t') },
      body,
    });
    expect(demandHmac(request, SECRET, { header: 'X-A' })).toBeUndefined();
  });
});

describe('demandSecret', () => {
  it.each<[string, object | undefined]>([
    ['s3cr3t', undefined],
    ['S3cr3t', { kind: 'refused', status: 401, message: 'unauthorized' }],
    ['s3cr3t ', { kind: 'refused', status: 401, message: 'unauthorized' }],
    ['', { kind: 'refused', status: 401 }],
  ])('judges %j', (given, expected) => {
    const request = webhookRequest({ headers: { 'X-Token': given } });
    expect(demandSecret(request, SECRET, { header: 'X-Token' })).toEqual(
      expected,
    );
  });

  it('says what is missing where it is told how', () => {
    expect(
      demandSecret(webhookRequest({}), SECRET, {
        header: 'Authorization',
        missing: 'missing authorization',
      }),
    ).toMatchObject({ status: 401, message: 'missing authorization' });
  });
});
