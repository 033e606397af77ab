import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Callback, listenOnce } from './listenOnce';

describe('the address that the browser comes back to', () => {
  let callback: Callback;

  beforeEach(async () => {
    callback = await listenOnce(
      '/callback',
      0,
      answer => answer.get('state') === 's',
    );
  });

  afterEach(() => callback.close());

  /** The status line of what is answered to a request line as it stands. */
  async function ask(target: string, method = 'GET'): Promise<string> {
    const { port } = new URL(callback.url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.end(
      `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    return (await text(socket)).split('\r\n')[0];
  }

  it.each([
    ['a path of another page', '/favicon.ico', 'GET', '404'],
    ['a target that makes no URL', '//', 'GET', '404'],
    ['a look without reading', '/callback?state=s&code=c', 'HEAD', '404'],
    ['another sign-in', '/callback?state=other&code=stolen', 'GET', '400'],
    ['an error without the state', '/callback?error=denied', 'GET', '400'],
  ])('goes on waiting after %s', async (_, target, method, status) => {
    expect(await ask(target, method)).toContain(` ${status} `);
    const answer = callback.wait(60_000);
    expect(await ask('/callback?state=s&code=ours')).toContain(' 200 ');
    expect((await answer)?.get('code')).toBe('ours');
  });
});
