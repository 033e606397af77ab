import { mockServices } from '@backstage/backend-test-utils';
import { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import { KargoNotifier } from './KargoNotifier';
import { NoticeDelivery } from './NoticeDelivery';
import { NoticeSender } from './NoticeSender';
import { readConfig } from './readConfig';
import { Reminders } from './Reminders';
import { aStage, FakeKargo, someFreight } from './testing/FakeKargo';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const HOUR = 3_600_000;
const byHand = { automatic: false };
const afterTest = { sources: { stages: ['test'] }, automatic: false };
const VERIFIED = {
  verifiedIn: { test: { verifiedAt: '2026-03-04T12:00:00Z' } },
};

/** As Kargo tells of it. */
function event(type: string, data: Record<string, unknown> = {}) {
  return {
    specversion: '1.0',
    type,
    data: {
      project: 'shop',
      message: 'what happened',
      'freight-name': 'f2',
      'freight-alias': 'the-f2',
      'freight-warehouse-name': 'images',
      'freight-images': '[{"repoURL":"ghcr.io/acme/web","tag":"1.2.0"}]',
      ...data,
    },
  };
}

const OF_PROMOTION = { 'stage-name': 'prod', 'promotion-name': 'p1' };
const BY_RITA = { actor: 'user:default/rita' };
const BY_ENGINE = { actor: 'controller:stage-controller' };
const PULL_REQUEST = {
  'pull-request-number': '7',
  'pull-request-url': 'https://git.example/acme/shop/pull/7',
};

describe('KargoNotifier', () => {
  let kargo: FakeKargo;
  let sent: NotificationSendOptions[];
  let nowMs: number;
  let reminders: Reminders;

  beforeEach(() => {
    jest.useFakeTimers();
    kargo = new FakeKargo();
    kargo.freight = [
      someFreight('f2', '1.2.0', 2),
      someFreight('f1', '1.1.0', 1),
    ];
    sent = [];
    nowMs = NOW;
    reminders = Reminders.create({ now: () => nowMs });
  });
  afterEach(() => {
    reminders.stop();
    jest.useRealTimers();
  });

  function notifier(notifications: object = {}): KargoNotifier {
    const config = readConfig(
      mockServices.rootConfig({ data: { kargo: { notifications } } }),
    );
    const logger = mockServices.logger.mock();
    return KargoNotifier.create({
      connect: async () => kargo.connect(),
      delivery: NoticeDelivery.create({
        sender: NoticeSender.create({
          notifications: {
            send: async notification => void sent.push(notification),
          },
          config,
          logger,
        }),
        config,
      }),
      reminders,
      config,
      logger,
      now: () => nowMs,
    });
  }

  const titles = () => sent.map(({ payload }) => payload.title);
  const to = ({ recipients }: NotificationSendOptions) => recipients;
  const WAITS = ['1.2.0 (the-f2) waits to be promoted to prod'];

  describe('tells of Freight that waits', () => {
    it.each<[string, ReturnType<typeof aStage>, string[]]>([
      ['where nothing promotes by itself', aStage('prod', byHand), WAITS],
      ['in place of older', aStage('prod', { ...byHand, holds: 'f1' }), WAITS],
      [
        'not where automation promotes it',
        aStage('prod', { automatic: true }),
        [],
      ],
      ['not while nobody knows whether it does', aStage('prod'), []],
      [
        'not to what lets Freight through',
        aStage('prod', { ...byHand, controlFlow: true }),
        [],
      ],
      ['not where it is', aStage('prod', { ...byHand, holds: 'f2' }), []],
      [
        'not where it is on its way',
        aStage('prod', { ...byHand, promoting: 'f2' }),
        [],
      ],
      [
        'not where it comes by way of another Stage',
        aStage('prod', afterTest),
        [],
      ],
    ])('%s', async (_, stage, expected) => {
      kargo.stages = [stage];
      await notifier().handle(event('FreightCreated', BY_ENGINE));
      expect(titles()).toEqual(expected);
    });

    it('not of what is older than what may enter already', async () => {
      kargo.stages = [aStage('prod', byHand)];
      await notifier().handle(
        event('FreightCreated', { 'freight-name': 'f1' }),
      );
      expect(sent).toEqual([]);
    });

    it('with a link to the dialog, to the owners but whoever knows', async () => {
      kargo.stages = [aStage('prod', byHand)];
      await notifier().handle(event('FreightCreated', BY_RITA));
      expect(sent).toEqual([
        {
          recipients: {
            type: 'entity',
            entityRef: ['group:default/team'],
            excludeEntityRef: 'user:default/rita',
          },
          payload: {
            title: WAITS[0],
            description:
              "Project shop. Stage 'prod' accepts Freight directly from Warehouse 'images'.",
            link: '/kargo/projects/shop?freight=f2&promote=prod',
            severity: 'normal',
            topic: 'kargo:approval',
            scope: 'freight:shop/prod/images',
          },
        },
      ]);
    });

    it('when it was verified upstream, to the Stages behind that one', async () => {
      kargo.freight = [someFreight('f2', '1.2.0', 2, VERIFIED)];
      kargo.stages = [
        aStage('test', byHand),
        aStage('prod', afterTest),
        aStage('elsewhere', { sources: { stages: ['uat'] }, automatic: false }),
      ];
      await notifier().handle(
        event('FreightVerificationSucceeded', {
          ...BY_ENGINE,
          'stage-name': 'test',
        }),
      );
      expect(titles()).toEqual(WAITS);
    });

    it('when it was approved, also where there is newer', async () => {
      kargo.freight[1].status = { approvedFor: { prod: {} } };
      kargo.stages = [aStage('prod', { ...afterTest, holds: 'f2' })];
      await notifier().handle(
        event('FreightApproved', {
          ...BY_RITA,
          'stage-name': 'prod',
          'freight-name': 'f1',
        }),
      );
      expect(titles()).toEqual(['1.1.0 (the-f1) waits to be promoted to prod']);
      expect(to(sent[0])).toMatchObject({
        excludeEntityRef: 'user:default/rita',
      });
    });

    it('when it has stayed upstream as long as it must, and still waits', async () => {
      const status = {
        ...VERIFIED,
        currentlyIn: { test: { since: new Date(NOW - HOUR).toISOString() } },
      };
      kargo.freight = [someFreight('f2', '1.2.0', 2, status)];
      const soaks = {
        sources: { stages: ['test'], requiredSoakTime: '3h' },
        automatic: false,
      };
      kargo.stages = [
        aStage('prod', soaks),
        aStage('dr', soaks),
        aStage('qa', afterTest),
      ];
      await notifier().handle(
        event('FreightVerificationSucceeded', {
          ...BY_ENGINE,
          'stage-name': 'test',
        }),
      );
      expect(titles()).toEqual(['1.2.0 (the-f2) waits to be promoted to qa']);
      kargo.stages[1].status = { autoPromotionEnabled: true };
      nowMs += 2 * HOUR;
      await jest.advanceTimersByTimeAsync(2 * HOUR);
      // Nothing is told twice.
      expect(titles().slice(1)).toEqual(WAITS);
    });

    it('of hundreds of Stages with four requests', async () => {
      kargo.stages = Array.from({ length: 600 }, (_, index) =>
        aStage(`s${index}`, byHand),
      );
      await notifier().handle(event('FreightCreated', BY_ENGINE));
      expect(sent).toHaveLength(600);
      expect(kargo.asked.sort()).toEqual([
        'getProject',
        'getProjectAccess',
        'listStages',
        'queryFreight',
      ]);
    });
  });

  describe('says that somebody promotes what waits', () => {
    it.each<
      [string, Record<string, unknown>, ReturnType<typeof aStage>, string[]]
    >([
      [
        'to all who were told',
        BY_RITA,
        aStage('prod', { ...byHand, holds: 'f1' }),
        ['rita promotes 1.2.0 (the-f2) to prod'],
      ],
      [
        'also when that is over already',
        { actor: 'service:ci' },
        aStage('prod', { ...byHand, holds: 'f2' }),
        ['service:ci promotes 1.2.0 (the-f2) to prod'],
      ],
      ['not of automation', BY_ENGINE, aStage('prod', byHand), []],
      [
        'not where nothing waits',
        BY_RITA,
        aStage('prod', { automatic: true }),
        [],
      ],
      [
        'not when they go back',
        { ...BY_RITA, 'freight-name': 'f1' },
        aStage('prod', { ...byHand, holds: 'f2' }),
        [],
      ],
    ])('%s', async (_, actor, stage, expected) => {
      kargo.stages = [stage];
      await notifier().handle(
        event('PromotionCreated', { ...OF_PROMOTION, ...actor }),
      );
      expect(titles()).toEqual(expected);
    });

    it('in place of that it waits, in any order of arrival', async () => {
      kargo.stages = [aStage('prod', byHand)];
      const one = notifier();
      await Promise.all([
        one.handle(event('FreightCreated', BY_ENGINE)),
        one.handle(event('PromotionCreated', { ...OF_PROMOTION, ...BY_RITA })),
      ]);
      expect(
        sent.map(({ payload: { scope, severity } }) => [scope, severity]),
      ).toEqual([
        ['freight:shop/prod/images', 'normal'],
        ['freight:shop/prod/images', 'low'],
      ]);
      expect(to(sent[1])).not.toHaveProperty('excludeEntityRef');
    });
  });

  it.each(['PromotionFailed', 'PromotionErrored'])(
    'tells of %s, also whoever asked for it',
    async type => {
      kargo.stages = [aStage('prod', byHand)];
      await notifier().handle(
        event(type, {
          ...OF_PROMOTION,
          ...BY_RITA,
          message: 'Promotion Failed: step "push" failed: *** was refused',
        }),
      );
      expect(sent).toEqual([
        {
          recipients: {
            type: 'entity',
            entityRef: ['group:default/team', 'user:default/rita'],
          },
          payload: {
            title: 'Promotion of 1.2.0 (the-f2) to prod failed',
            description:
              'Project shop. Promotion Failed: step "push" failed: *** was refused.',
            link: '/kargo/projects/shop/promotions/p1',
            severity: 'high',
            topic: 'kargo:promotion-failed',
            scope: 'promotion:shop/p1',
          },
        },
      ]);
    },
  );

  it.each([
    ['FreightVerificationFailed', 'failed'],
    ['FreightVerificationErrored', 'could not be carried out'],
    ['FreightVerificationInconclusive', 'came to no conclusion'],
  ])('tells of %s', async (type, words) => {
    kargo.stages = [aStage('test', byHand)];
    const one = notifier();
    const data = { ...BY_ENGINE, 'stage-name': 'test' };
    await one.handle(event(type, { ...data, 'analysis-run-name': 'run1' }));
    await one.handle(event(type, data));
    expect(sent.map(({ payload }) => payload)).toEqual([
      {
        title: `Verification of 1.2.0 (the-f2) in test ${words}`,
        description: 'Project shop. what happened.',
        link: '/kargo/projects/shop/verifications/run1',
        severity: 'high',
        topic: 'kargo:verification-failed',
        scope: 'verification:shop/test',
      },
      expect.objectContaining({ link: '/kargo/projects/shop?stage=test' }),
    ]);
  });

  describe('tells of a pull request', () => {
    beforeEach(() => {
      kargo.stages = [aStage('prod', byHand)];
    });

    it('that waits, with a link to it', async () => {
      await notifier().handle(
        event('PromotionWaiting', {
          ...OF_PROMOTION,
          ...BY_RITA,
          ...PULL_REQUEST,
        }),
      );
      expect(sent[0].payload).toEqual({
        title: 'Pull request 7 waits to be merged, for 1.2.0 (the-f2) in prod',
        description: 'Project shop. what happened.',
        link: 'https://git.example/acme/shop/pull/7',
        severity: 'normal',
        topic: 'kargo:pull-request',
        scope: 'promotion:shop/p1',
      });
      expect(to(sent[0])).toMatchObject({
        entityRef: ['group:default/team', 'user:default/rita'],
      });
    });

    it.each([
      ['PromotionSucceeded', '1.2.0 (the-f2) was promoted to prod', 'low'],
      ['PromotionAborted', '1.2.0 (the-f2) is not promoted to prod', 'low'],
      ['PromotionFailed', 'Promotion of 1.2.0 (the-f2) to prod failed', 'high'],
    ])(
      'what became of it when there was one: %s',
      async (type, title, severity) => {
        await notifier().handle(
          event(type, { ...OF_PROMOTION, ...PULL_REQUEST }),
        );
        expect(sent.map(({ payload }) => payload)).toEqual([
          expect.objectContaining({
            title,
            severity,
            scope: 'promotion:shop/p1',
          }),
        ]);
      },
    );

    it.each(['PromotionSucceeded', 'PromotionAborted'])(
      'nothing when there was none: %s',
      async type => {
        await notifier().handle(event(type, OF_PROMOTION));
        expect(kargo.asked).toEqual([]);
        expect(sent).toEqual([]);
      },
    );
  });

  it.each([
    ['freightWaiting', event('FreightCreated')],
    ['freightWaiting', event('FreightApproved', { 'stage-name': 'prod' })],
    [
      'freightWaiting',
      event('PromotionCreated', { ...OF_PROMOTION, ...BY_RITA }),
    ],
    ['promotionFailed', event('PromotionFailed', OF_PROMOTION)],
    [
      'verificationFailed',
      event('FreightVerificationFailed', { 'stage-name': 'prod' }),
    ],
    [
      'pullRequestWaiting',
      event('PromotionWaiting', { ...OF_PROMOTION, ...PULL_REQUEST }),
    ],
  ])('asks nothing for %s where that is off', async (kind, payload) => {
    kargo.stages = [aStage('prod', byHand)];
    await notifier({ [kind]: { enabled: false } }).handle(payload);
    expect(kargo.asked).toEqual([]);
    expect(sent).toEqual([]);
  });

  it.each([
    ['the Stage is gone', event('PromotionFailed', OF_PROMOTION)],
    ['it is about something else', event('APITokenCreated')],
    ['it is no event of Kargo', { hello: 'world' }],
  ])('tells nothing where %s, and goes on', async (_, payload) => {
    const one = notifier();
    await one.handle(payload);
    expect(sent).toEqual([]);
    kargo.stages = [aStage('prod', byHand)];
    await one.handle(event('FreightCreated', BY_ENGINE));
    expect(titles()).toEqual(WAITS);
  });
});
