import { EntityRefLink } from '@backstage/plugin-catalog-react';

/** Only people and groups act; `admin` and `system:…` are no entities. */
const ENTITY_REF = /^(user|group):[^/\s]+\/[^/\s]+$/i;

/** Somebody who did something: the portal's entity where there is one, else a name. */
export function Person(props: { name: string }) {
  return ENTITY_REF.test(props.name) ? (
    <EntityRefLink entityRef={props.name} />
  ) : (
    <>{props.name}</>
  );
}
