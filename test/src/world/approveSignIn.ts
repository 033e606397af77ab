import { type Portal } from './portal';

/**
 * What one of the people of the demo does in a browser that a program opens to sign in: they
 * agree on the portal's page, and the browser goes back to the program.
 *
 * @param address - that the program opens
 */
export async function approveSignIn(
  portal: Portal,
  persona: string,
  address: string,
): Promise<void> {
  const asked = await fetch(address, { redirect: 'manual' });
  const page = asked.headers.get('location') ?? '';
  const [, session] = /\/oauth2\/authorize\/([\w-]+)$/.exec(page) ?? [];
  if (!session) {
    throw new Error(`the portal asks nobody: ${asked.status} ${page}`);
  }
  const answer = await portal.fetch(
    `/api/auth/v1/sessions/${session}/approve`,
    { method: 'POST', token: await portal.tokenOf(persona) },
  );
  const { redirectUrl } = (await answer.json()) as { redirectUrl: string };
  await fetch(redirectUrl);
}
