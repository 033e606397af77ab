/** A name or password of a URL, as curl and git read it: what is no escape stands for itself. */
export function withoutEscapes(userinfo: string): string {
  return userinfo.replace(/(?:%[0-9a-f]{2})+/gi, escapes =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString(),
  );
}

/** What a URL says of who asks, as `Authorization`; `undefined` when it says nothing. */
export function findAuthorization({
  username,
  password,
}: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const [user, secret] = [username, password].map(withoutEscapes);
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}
