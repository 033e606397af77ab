import { DEFAULT_NAMESPACE, parseEntityRef } from '@backstage/catalog-model';
import { useApiHolder } from '@backstage/frontend-plugin-api';
import { entityPresentationApiRef } from '@backstage/plugin-catalog-react';
import { useEffect, useState } from 'react';

/** References to people and groups within a sentence; what ends the sentence is none of theirs. */
const ENTITY_REFS = /\b(?:user|group):[\w.-]+\/(?:[\w.-]*\w)/gi;

type Titles = ReadonlyMap<string, string>;

const NO_TITLES: Titles = new Map();

/**
 * A sentence of the engine, which knows people and groups by their references, with the names
 * that the portal gives them.
 */
export function NamedText(props: { text: string }) {
  return <>{useNamedText(props.text)}</>;
}

/** The text of a {@link NamedText}, where no element can stand. */
export function useNamedText(text: string): string {
  const apis = useApiHolder();
  const [titles, setTitles] = useState(NO_TITLES);
  useEffect(() => {
    const refs = text.match(ENTITY_REFS) ?? [];
    const presentation = apis.get(entityPresentationApiRef);
    if (!presentation || refs.length === 0) {
      return undefined;
    }
    let isGone = false;
    const titled = refs.map(async ref => {
      // In a sentence the kind and the usual namespace would be noise.
      const context = {
        defaultKind: parseEntityRef(ref).kind,
        defaultNamespace: DEFAULT_NAMESPACE,
      };
      const { primaryTitle } = await presentation.forEntity(ref, context)
        .promise;
      return [ref, primaryTitle] as const;
    });
    Promise.all(titled).then(
      entries => {
        if (!isGone) {
          setTitles(new Map(entries));
        }
      },
      // Without an answer of the catalog the names in the references have to do.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [apis, text]);
  return nameEntities(text, titles);
}

/** Puts titles in the place of references, or the names in them where there is no title. */
export function nameEntities(text: string, titles = NO_TITLES): string {
  return text.replace(
    ENTITY_REFS,
    ref => titles.get(ref) ?? parseEntityRef(ref).name,
  );
}
