import {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { isKargoRequestError, KargoApi } from 'backstage-plugin-kargo-common';
import { connectKargo } from 'backstage-plugin-kargo-node';
import { actingForHeaders } from '../server/actingFor';

/** How the portal tells what an answer of the API tells by its status. */
const PORTAL_ERRORS: Record<number, new (message: string) => Error> = {
  401: AuthenticationError,
  403: NotAllowedError,
  404: NotFoundError,
  409: ConflictError,
  502: ServiceUnavailableError,
  503: ServiceUnavailableError,
  504: ServiceUnavailableError,
};

/**
 * The API of this plugin, asked for whoever calls an action: with their rights, checked and
 * audited as if they had asked themselves.
 */
export class OwnApi {
  static create(options: {
    auth: AuthService;
    discovery: DiscoveryService;
  }): OwnApi {
    return new OwnApi(options);
  }

  private constructor(
    private readonly options: {
      readonly auth: AuthService;
      readonly discovery: DiscoveryService;
    },
  ) {}

  /**
   * Asks for what an action needs.
   *
   * @throws the portal's error for what the API answered, with its message
   */
  async ask<T>(
    credentials: BackstageCredentials,
    question: (client: KargoApi) => Promise<T>,
  ): Promise<T> {
    const client = await connectKargo({
      ...this.options,
      onBehalfOf: credentials,
      headers: actingForHeaders(credentials),
    });
    try {
      return await question(client);
    } catch (error) {
      throw toPortalError(error);
    }
  }
}

function toPortalError(error: unknown): unknown {
  if (!isKargoRequestError(error)) {
    return error;
  }
  const { status, message } = error;
  // All else that the API refuses, such as names that no address has room for, is input.
  const isInput = status >= 400 && status < 500;
  const PortalError =
    PORTAL_ERRORS[status] ?? (isInput ? InputError : undefined);
  return PortalError ? new PortalError(message) : error;
}
