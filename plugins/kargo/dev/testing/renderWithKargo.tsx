import {
  TranslationApi,
  translationApiRef,
  TranslationRef,
} from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  catalogApiRef,
  defaultEntityPresentation,
  EntityPresentationApi,
  entityPresentationApiRef,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { ReactElement } from 'react';
import { kargoApiRef } from '../../src/kargoApiRef';
import { KargoQueryProvider } from '../../src/queries/KargoQueryProvider';
import { FakeKargoApi } from './FakeKargoApi';

/** Draws a component over a Kargo and a catalog in memory. */
export function renderWithKargo(
  element: ReactElement,
  api: FakeKargoApi,
  options: {
    path?: string;
    entities?: Entity[];
    /** What the portal says instead of the plugin's own texts, by their keys. */
    words?: Record<string, string>;
  } = {},
) {
  const { entities = [], words } = options;
  return renderInTestApp(<KargoQueryProvider>{element}</KargoQueryProvider>, {
    apis: [
      [kargoApiRef, api.asApi()],
      [permissionApiRef, mockApis.permission()],
      [catalogApiRef, catalogApiMock({ entities })],
      [entityPresentationApiRef, presentationOf(entities)],
      ...(words ? [[translationApiRef, translationTo(words)] as const] : []),
    ],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    ...(options.path && { initialRouteEntries: [options.path] }),
  });
}

/** Calls entities by their titles, and what is in no catalog by its reference. */
function presentationOf(entities: Entity[]): EntityPresentationApi {
  return {
    forEntity(entityOrRef, context) {
      const known = entities.find(
        entity => stringifyEntityRef(entity) === entityOrRef,
      );
      const snapshot = defaultEntityPresentation(known ?? entityOrRef, context);
      return { snapshot, promise: Promise.resolve(snapshot) };
    },
  };
}

function translationTo(words: Record<string, string>): TranslationApi {
  const own = mockApis.translation();
  const getTranslation = (ref: TranslationRef) => {
    const told = own.getTranslation(ref);
    const t = (key: string, ...rest: unknown[]) =>
      words[key] ?? (told.ready ? (told.t as Function)(key, ...rest) : '');
    return { ready: true, t };
  };
  return {
    translation$: ref => own.translation$(ref),
    // It answers with the texts of the reference that it is asked for.
    getTranslation: getTranslation as TranslationApi['getTranslation'],
  };
}
