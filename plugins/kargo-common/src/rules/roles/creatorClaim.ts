import { RoleClaim } from '../../model/KargoRole';

/**
 * The claim by which the maker of something is known: whoever makes a project has the
 * project's roles. Programs are known by none.
 *
 * @param actor - as it is recorded: an entity reference, `email:…`, `subject:…` or `<claim>:…`
 *
 * @public
 */
export function creatorClaim(actor: string | undefined): RoleClaim[] {
  const [, kind, value] = /^([^:]+):(.+)$/.exec(actor ?? '') ?? [];
  switch (kind) {
    case undefined:
    case 'service':
    case 'controller':
    case 'kubernetes':
      return [];
    case 'user':
      return [{ name: 'sub', values: [actor!] }];
    case 'subject':
      return [{ name: 'sub', values: [value] }];
    default:
      return [{ name: kind, values: [value] }];
  }
}
