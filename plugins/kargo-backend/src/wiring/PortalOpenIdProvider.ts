import { DiscoveryService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import { OpenIdProvider } from '../api/server/SignIn';

const TIMEOUT_MS = 30_000;

/** The OpenID provider of the portal's auth plugin. */
export class PortalOpenIdProvider implements OpenIdProvider {
  readonly #discovery: DiscoveryService;

  static create(options: {
    discovery: DiscoveryService;
  }): PortalOpenIdProvider {
    return new PortalOpenIdProvider(options.discovery);
  }

  private constructor(discovery: DiscoveryService) {
    this.#discovery = discovery;
  }

  async describe(): Promise<Record<string, unknown>> {
    const { status, body } = await this.#ask(
      '/.well-known/openid-configuration',
    );
    if (status !== 200) {
      throw new ServiceUnavailableError(
        `The portal's auth plugin does not describe its OpenID provider: status ${status}`,
      );
    }
    return body;
  }

  requestTokens(body: string, contentType: string) {
    // Without the client's Authorization: these clients have no secret.
    return this.#ask('/v1/token', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
  }

  async #ask(
    path: string,
    request: RequestInit = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const base = await this.#discovery.getBaseUrl('auth');
    try {
      const response = await fetch(`${base}${path}`, {
        ...request,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = (await response.json()) as Record<string, unknown>;
      return { status: response.status, body };
    } catch (error) {
      throw new ServiceUnavailableError(
        "The portal's auth plugin does not answer",
        error,
      );
    }
  }
}
