import { freightKey, getFreight } from '../resources/getFreight';
import { pathKey } from '../server/pathKey';
import { createRoute } from '../server/route';

const whyStage = createRoute('explainStage', {
  summary: 'Tells why a Stage does not hold the newest Freight or is not ready',
  answers: { 200: 'Explanation' },
  handle: async ({ stage }, { explanations }) => ({
    status: 200,
    body: await explanations.ofStage(stage),
  }),
});

const whyFreight = createRoute('explainFreight', {
  summary: 'Tells why Freight, by name or alias, is not promoted to a Stage',
  answers: { 200: 'Explanation' },
  readsAhead: ({ project, freight }) => [freightKey(project, freight)],
  handle: async ({ stage, params, reads }, { store, explanations }) => ({
    status: 200,
    body: await explanations.ofFreight(
      stage,
      await getFreight({ store, reads }, params.project, params.freight),
    ),
  }),
});

const whyPromotion = createRoute('explainPromotion', {
  summary: 'Tells what a Promotion waits for or does',
  answers: { 200: 'Explanation' },
  readsAhead: params => [pathKey(params, 'Promotion', 'promotion')],
  handle: async ({ params, reads }, { explanations }) => {
    const { resource } = await reads.get(
      pathKey(params, 'Promotion', 'promotion'),
    );
    return { status: 200, body: await explanations.ofPromotion(resource) };
  },
});

const whyWarehouse = createRoute('explainWarehouse', {
  summary: 'Tells why a Warehouse makes no Freight, and when it looks again',
  answers: { 200: 'Explanation' },
  readsAhead: params => [pathKey(params, 'Warehouse', 'warehouse')],
  handle: async ({ params, reads }, { explanations }) => {
    const { resource } = await reads.get(
      pathKey(params, 'Warehouse', 'warehouse'),
    );
    return { status: 200, body: await explanations.ofWarehouse(resource) };
  },
});

/** Why things are as they are. */
export const whyRoutes = [whyStage, whyFreight, whyPromotion, whyWarehouse];
