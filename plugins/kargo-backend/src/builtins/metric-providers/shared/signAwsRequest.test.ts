import { signAwsRequest } from './signAwsRequest';

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const NOW_MS = Date.parse('2015-08-30T12:36:00Z');

function sign(query: string, environment = CREDENTIALS, headers = {}) {
  return signAwsRequest(
    {
      url: new URL(`https://example.amazonaws.com/${query}`),
      method: 'GET',
      headers,
      body: '',
      region: 'us-east-1',
      service: 'service',
    },
    environment,
    NOW_MS,
  );
}

describe('signAwsRequest', () => {
  // The signatures are those of the suite that AWS publishes for Signature Version 4.
  it.each([
    ['', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      '?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('signs a request with the query %j', async (query, signature) => {
    const { authorization, ...headers } = await sign(query);
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/);
    expect(authorization.split('Signature=')[1]).toBe(signature);
    expect(headers).toEqual({ 'x-amz-date': '20150830T123600Z' });
  });

  it('signs a blank the same, however it is written', async () => {
    const [plus, percent] = await Promise.all([
      sign('?a=b+c'),
      sign('?a=b%20c'),
    ]);
    expect(plus).toEqual(percent);
  });

  it('signs the type of the content, and takes the place of another login', async () => {
    const { authorization } = await sign('', CREDENTIALS, {
      'content-type': 'text/plain',
      authorization: 'Basic dTpw',
    });
    expect(authorization).toContain(
      'SignedHeaders=content-type;host;x-amz-date,',
    );
  });

  it('sends the token of a session', async () => {
    await expect(
      sign('', { ...CREDENTIALS, AWS_SESSION_TOKEN: 's3ssion' } as never),
    ).resolves.toMatchObject({ 'x-amz-security-token': 's3ssion' });
  });

  it('tells that there are no credentials', async () => {
    await expect(sign('', {} as never)).rejects.toThrow(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
    );
  });
});
