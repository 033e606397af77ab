/** How programs sign people in to the portal: authorization code with PKCE. */
export interface SignIn {
  /** Of the portal's own OpenID provider. */
  issuerUrl: string;
  /** The client by which Kargo's own command line is known. */
  cliClientId: string;
  /** The client that the API describes; what it is called is where it is described. */
  ownClientId: string;
}
