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
  options: { path?: string; entities?: Entity[] } = {},
) {
  const { entities = [] } = options;
  return renderInTestApp(<KargoQueryProvider>{element}</KargoQueryProvider>, {
    apis: [
      [kargoApiRef, api.asApi()],
      [permissionApiRef, mockApis.permission()],
      [catalogApiRef, catalogApiMock({ entities })],
      [entityPresentationApiRef, presentationOf(entities)],
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
