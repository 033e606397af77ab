import { HttpRequest } from 'backstage-plugin-kargo-node';
import { authorize } from './authentication';

describe('authorize', () => {
  it.each([true, false])(
    'asks for a token with the certificate unchecked as for what is measured: %p',
    async insecure => {
      const asked: HttpRequest[] = [];
      const http = {
        send: async (request: HttpRequest) => {
          asked.push(request);
          return {
            status: 200,
            headers: {},
            url: new URL(request.url),
            body: Buffer.from('{"access_token":"t0ken"}'),
          };
        },
      };
      const oauth2 = {
        tokenUrl: 'https://login.corp/token',
        clientId: 'me',
        clientSecret: 's3cr3t',
        scopes: [],
      };
      const { signal } = new AbortController();
      const mask = jest.fn();
      const context = { http, signal, secrets: { mask } };
      await expect(
        authorize(oauth2, context as never, { insecure }),
      ).resolves.toBe('Bearer t0ken');
      expect(mask.mock.calls).toEqual([['t0ken']]);
      expect(asked).toMatchObject([{ insecureSkipTLSVerify: insecure }]);
    },
  );
});
