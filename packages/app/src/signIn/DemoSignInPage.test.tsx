import '@testing-library/jest-dom';
import { discoveryApiRef } from '@backstage/frontend-plugin-api';
import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { DemoSignInPage } from './DemoSignInPage';
import { personas } from './personas';

describe('DemoSignInPage', () => {
  const realFetch = global.fetch;
  const asked: Array<{ url: string; persona: string | null }> = [];
  beforeEach(() => {
    sessionStorage.clear();
    asked.length = 0;
    global.fetch = async (url, request) => {
      const persona = new Headers(request?.headers).get('x-demo-persona');
      asked.push({ url: String(url), persona });
      return new Response(
        JSON.stringify({
          profile: {},
          backstageIdentity: {
            token: 'a.eyJleHAiOjQ4MDAwMDAwMDB9.b',
            identity: {
              type: 'user',
              userEntityRef: `user:default/${persona}`,
              ownershipEntityRefs: [],
            },
          },
        }),
        { headers: { 'content-type': 'application/json' } },
      );
    };
  });
  afterEach(() => {
    global.fetch = realFetch;
  });

  async function open(): Promise<string[]> {
    const signedIn: string[] = [];
    await renderInTestApp(
      <TestApiProvider
        apis={[
          [discoveryApiRef, { getBaseUrl: async id => `http://portal/${id}` }],
        ]}
      >
        <DemoSignInPage
          onSignInSuccess={async identity => {
            const { userEntityRef } = await identity.getBackstageIdentity();
            signedIn.push(userEntityRef);
          }}
        />
      </TestApiProvider>,
    );
    return signedIn;
  }

  it('offers everybody and signs in whom one chooses', async () => {
    const signedIn = await open();
    for (const { name } of personas) {
      expect(
        screen.getByRole('button', { name: `Enter as ${name}` }),
      ).toBeInTheDocument();
    }
    fireEvent.click(
      screen.getByRole('button', { name: 'Enter as Rita Reyes' }),
    );
    await waitFor(() => expect(signedIn).toEqual(['user:default/rita']));
    expect(asked).toEqual([
      { url: 'http://portal/auth/demo/refresh', persona: 'rita' },
    ]);
  });

  it('signs in again by itself after a reload', async () => {
    sessionStorage.setItem('kargo-demo.persona', 'victor');
    const signedIn = await open();
    await waitFor(() => expect(signedIn).toEqual(['user:default/victor']));
  });
});
