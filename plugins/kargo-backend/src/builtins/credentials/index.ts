import { CredentialProvider } from 'backstage-plugin-kargo-node';
import { basicProvider } from './basic/provider';
import { sshProvider } from './ssh/provider';

/** The built-in credential providers; the order is precedence. */
export function builtinCredentialProviders(): CredentialProvider[] {
  return [basicProvider, sshProvider];
}
