/** How programs sign people in to the portal: authorization code with PKCE. */
export interface SignIn {
  /** Of the OpenID provider that clients are told of. */
  issuerUrl: string;
  /** The client that the portal describes itself, and always takes. */
  clientId: string;
  /** The client by which Kargo's own command line is known. */
  cliClientId: string;
  /** The client that the API describes; what it is called is where it is described. */
  ownClientId: string;
  /** The portal's own provider, where clients are told of the API's in front of it. */
  provider?: OpenIdProvider;
}

/** An OpenID provider, as it is asked on somebody's behalf. */
export interface OpenIdProvider {
  /** What it publishes about itself. @throws ServiceUnavailableError */
  describe(): Promise<Record<string, unknown>>;
  /**
   * Asks it for tokens.
   *
   * @param body - the request as the client sent it
   * @throws ServiceUnavailableError
   */
  requestTokens(
    body: string,
    contentType: string,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
}
