import { getFreight } from '../resources/getFreight';
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
  handle: async ({ project, stage, params }, { store, explanations }) => ({
    status: 200,
    body: await explanations.ofFreight(
      stage,
      await getFreight(store, project.metadata.name, params.freight),
    ),
  }),
});

const whyPromotion = createRoute('explainPromotion', {
  summary: 'Tells what a Promotion waits for or does',
  answers: { 200: 'Explanation' },
  handle: async ({ project, params }, { store, explanations }) => ({
    status: 200,
    body: await explanations.ofPromotion(
      await store.get({
        kind: 'Promotion',
        namespace: project.metadata.name,
        name: params.promotion,
      }),
    ),
  }),
});

const whyWarehouse = createRoute('explainWarehouse', {
  summary: 'Tells why a Warehouse makes no Freight, and when it looks again',
  answers: { 200: 'Explanation' },
  handle: async ({ project, params }, { store, explanations }) => ({
    status: 200,
    body: await explanations.ofWarehouse(
      await store.get({
        kind: 'Warehouse',
        namespace: project.metadata.name,
        name: params.warehouse,
      }),
    ),
  }),
});

/** Why things are as they are. */
export const whyRoutes = [whyStage, whyFreight, whyPromotion, whyWarehouse];
