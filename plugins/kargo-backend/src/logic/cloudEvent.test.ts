import { aFreight, aPromotion } from '../testing/resourceBuilders';
import { toCloudEvent } from './cloudEvent';
import { promotionEvent } from './events';

describe('toCloudEvent', () => {
  it('tells what happened, to what, and by whom, in the form of CloudEvents', () => {
    const promotion = aPromotion('dev.01.abc');
    const event = promotionEvent(
      'PromotionFailed',
      promotion,
      aFreight('abc'),
      {
        now: '2026-01-01T00:00:00Z',
        id: '01',
        component: 'promotions-controller',
        actor: 'user:default/ann',
      },
      { message: 'step 2 failed' },
    );
    const stored = {
      ...event,
      metadata: {
        ...event.metadata,
        uid: 'an-uid',
        creationTimestamp: '2026-01-01T00:00:00Z',
        resourceVersion: '1',
        generation: 1,
        annotations: {
          ...event.metadata.annotations,
          'acme.io/event.kargo.akuity.io/note': 'x',
        },
      },
    };

    const told = toCloudEvent(stored as Parameters<typeof toCloudEvent>[0]);
    expect(JSON.stringify(told)).not.toContain('note');
    expect(told).toEqual({
      specversion: '1.0',
      id: 'an-uid',
      source: '/kargo/promotions-controller',
      type: 'PromotionFailed',
      subject: `${promotion.metadata.namespace}/dev.01.abc`,
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'application/json',
      kind: 'Promotion',
      data: expect.objectContaining({
        project: promotion.metadata.namespace,
        severity: 'Warning',
        message: 'step 2 failed',
        actor: 'user:default/ann',
        'promotion-name': 'dev.01.abc',
        'freight-name': 'abc',
      }),
    });
  });

  it('is of the engine and of when it was made, unless it says otherwise', () => {
    const event = {
      metadata: {
        ...aPromotion('p').metadata,
        creationTimestamp: '2026-01-02T00:00:00Z',
      },
      involvedObject: { kind: 'Promotion', namespace: 'demo', name: 'p' },
      ...{ reason: 'PromotionFailed', type: 'Warning', message: 'no' },
    };
    expect(
      toCloudEvent(event as Parameters<typeof toCloudEvent>[0]),
    ).toMatchObject({
      source: '/kargo/engine',
      time: '2026-01-02T00:00:00Z',
    });
  });
});
