import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import express from 'express';
import { createSignInRouter } from './signInRouter';

const ISSUER = 'https://portal.example/api/kargo/v1beta1/system/oidc';
const PORTAL = 'https://portal.example/api/auth';

describe("the stand-in for the portal's OpenID provider", () => {
  let server: Server;
  let url: string;
  let answer: { status: number; body: Record<string, unknown> };
  let asked: string[] = [];

  beforeAll(async () => {
    const app = express().use(
      createSignInRouter({
        issuerUrl: ISSUER,
        ...{ clientId: 'a', cliClientId: 'b', ownClientId: 'b' },
        provider: {
          describe: async () => ({
            issuer: PORTAL,
            authorization_endpoint: `${PORTAL}/v1/authorize`,
            token_endpoint: `${PORTAL}/v1/token`,
          }),
          requestTokens: async (...request) => {
            asked = request;
            return answer;
          },
        },
      }),
    );
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
  });

  const requestTokens = async (body: BodyInit, contentType?: string) => {
    const response = await fetch(`${url}/token`, {
      method: 'POST',
      headers: contentType ? { 'content-type': contentType } : {},
      body,
    });
    return { status: response.status, text: await response.text() };
  };

  it('is described as the portal is, but for who makes the tokens', async () => {
    const response = await fetch(`${url}/.well-known/openid-configuration`);
    expect(await response.json()).toEqual({
      issuer: ISSUER,
      authorization_endpoint: `${PORTAL}/v1/authorize`,
      token_endpoint: `${ISSUER}/token`,
    });
  });

  it.each([
    [
      'adds an identity token to a renewal',
      { status: 200, body: { access_token: 'x', refresh_token: 'r' } },
      { access_token: 'x', refresh_token: 'r', id_token: 'x' },
    ],
    [
      'keeps the identity token that there is',
      { status: 200, body: { access_token: 'x', id_token: 'y' } },
      { access_token: 'x', id_token: 'y' },
    ],
    [
      'passes on why there is none',
      { status: 400, body: { error: 'invalid_grant' } },
      { error: 'invalid_grant' },
    ],
  ])('%s', async (_, given, expected) => {
    answer = given;
    const { status, text } = await requestTokens(
      new URLSearchParams({ grant_type: 'refresh_token', client_id: 'b' }),
    );
    expect(status).toBe(given.status);
    expect(JSON.parse(text)).toEqual(expected);
    expect(asked).toEqual([
      'grant_type=refresh_token&client_id=b',
      'application/x-www-form-urlencoded;charset=UTF-8',
    ]);
  });

  it('takes JSON, too, and not without end', async () => {
    answer = { status: 200, body: {} };
    await requestTokens('{"grant_type":"x"}', 'application/json');
    expect(asked).toEqual(['{"grant_type":"x"}', 'application/json']);
    const { status } = await requestTokens('x'.repeat(20_000), 'text/plain');
    expect(status).toBe(413);
  });
});
