import { mockServices } from '@backstage/backend-test-utils';
import { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import { KargoNotifier } from './KargoNotifier';
import { Soak, Task } from './Ledger';
import { NoticeSender } from './NoticeSender';
import { readConfig } from './readConfig';
import { anEvent, aStage, FakeKargo, someFreight } from './testing/FakeKargo';
import { readToldEvent } from './toldEvent';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const HOUR = 3_600_000;
const byHand = { automatic: false };
const afterTest = { sources: { stages: ['test'] }, automatic: false };
const VERIFIED = {
  verifiedIn: { test: { verifiedAt: '2026-03-04T12:00:00Z' } },
};

/** About Freight `f2`. */
function event(
  type: string,
  { message, ...data }: Record<string, string> = {},
): Task {
  const told = anEvent(
    type,
    {
      'freight-name': 'f2',
      'freight-alias': 'the-f2',
      'freight-warehouse-name': 'images',
      'freight-images': '[{"repoURL":"ghcr.io/acme/web","tag":"1.2.0"}]',
      ...data,
    },
    { ...(message && { message }) },
  );
  return { event: readToldEvent(told) };
}

const OF_PROMOTION = { 'stage-name': 'prod', 'promotion-name': 'p1' };
const BY_RITA = { actor: 'user:default/rita' };
const BY_ENGINE = { actor: 'controller:stage-controller' };
const PULL_REQUEST = {
  'pull-request-number': '7',
  'pull-request-url': 'https://git.example/acme/shop/pull/7',
};

function inProject(project: string, { event: told }: Task): Task {
  return { event: { ...told, project } };
}

describe('KargoNotifier', () => {
  let kargo: FakeKargo;
  let sent: NotificationSendOptions[];
  let soaks: Soak[];
  /** Scopes of which people were told that something waits. */
  let waiting: Set<string>;
  let nowMs: number;

  beforeEach(() => {
    kargo = new FakeKargo();
    kargo.freight = [
      someFreight('f2', '1.2.0', 2),
      someFreight('f1', '1.1.0', 1),
    ];
    sent = [];
    soaks = [];
    waiting = new Set();
    nowMs = NOW;
  });

  function notifier(notifications: object = {}) {
    const config = readConfig(
      mockServices.rootConfig({ data: { kargo: { notifications } } }),
    );
    const sender = NoticeSender.create({
      notifications: {
        send: async notification => void sent.push(notification),
      },
      config,
      logger: mockServices.logger.mock(),
    });
    const planner = KargoNotifier.create({ config, now: () => nowMs });
    return {
      /** Tells of what happens at the same moment. */
      async handle(...tasks: Task[]): Promise<void> {
        const plan = await planner.plan(kargo.connect(), tasks, {
          findWaiting: async scopes =>
            new Set(scopes.filter(each => waiting.has(each))),
        });
        soaks.push(...plan.soaks);
        plan.ended.forEach(scope => waiting.delete(scope));
        for (const addressed of plan.notices) {
          await sender.send(addressed);
          if (addressed.notice.waiting === 'begins') {
            waiting.add(addressed.notice.scope);
          }
        }
      },
    };
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
      const afterSoaking = {
        sources: { stages: ['test'], requiredSoakTime: '3h' },
        automatic: false,
      };
      kargo.stages = [
        aStage('prod', afterSoaking),
        aStage('dr', afterSoaking),
        aStage('qa', afterTest),
      ];
      await notifier().handle(
        event('FreightVerificationSucceeded', {
          ...BY_ENGINE,
          'stage-name': 'test',
        }),
      );
      expect(titles()).toEqual(['1.2.0 (the-f2) waits to be promoted to qa']);
      expect(soaks).toEqual([
        expect.objectContaining({
          dueAtMs: NOW + 2 * HOUR,
          stages: ['prod', 'dr'],
        }),
      ]);
      kargo.stages[1].status = { autoPromotionEnabled: true };
      nowMs += 2 * HOUR;
      const [{ event: about, stages }] = soaks;
      await notifier().handle({ event: about, only: stages });
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

    it.each([
      ['verified', false],
      ['over its soak time', true],
    ])(
      'of hundreds of Stages behind one where it is %s with four requests',
      async (_, isSoak) => {
        kargo.freight = [someFreight('f2', '1.2.0', 2, VERIFIED)];
        const behind = Array.from({ length: 600 }, (__, index) => `s${index}`);
        kargo.stages = [
          aStage('test', byHand),
          ...behind.map(name => aStage(name, afterTest)),
        ];
        await notifier().handle({
          ...event('FreightVerificationSucceeded', {
            ...BY_ENGINE,
            'stage-name': 'test',
          }),
          ...(isSoak && { only: behind }),
        });
        expect(sent).toHaveLength(600);
        expect(kargo.asked.sort()).toEqual([
          'getProject',
          'getProjectAccess',
          'listStages',
          'queryFreight',
        ]);
      },
    );
  });

  it('of a hundred events of the same moment with as many requests as of one', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    kargo.stages = names.map(name => aStage(name, byHand));
    const one = notifier();
    await one.handle(event('FreightCreated', BY_ENGINE));
    kargo.asked.length = 0;
    sent.length = 0;
    await one.handle(
      ...names.map((name, index) =>
        event('PromotionCreated', {
          ...BY_RITA,
          'stage-name': name,
          'promotion-name': `p${index}`,
        }),
      ),
    );
    expect(sent).toHaveLength(100);
    expect(kargo.asked.sort()).toEqual([
      'getProject',
      'getProjectAccess',
      'listStages',
      'queryFreight',
    ]);
  });

  it('reads of projects no more than a few at a time', async () => {
    kargo.delayMs = 5;
    kargo.stages = [aStage('prod', byHand)];
    await notifier().handle(
      ...Array.from({ length: 30 }, (_, index) =>
        inProject(`p${index}`, event('FreightCreated', BY_ENGINE)),
      ),
    );
    expect(kargo.asked.length).toBeGreaterThan(30);
    expect(kargo.mostAtOnce).toBe(4);
  });

  describe('says that somebody promotes what waits', () => {
    const SCOPE = 'freight:shop/prod/images';

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
      waiting.add(SCOPE);
      await notifier().handle(
        event('PromotionCreated', { ...OF_PROMOTION, ...actor }),
      );
      expect(titles()).toEqual(expected);
      expect([...waiting]).toEqual(expected.length > 0 ? [] : [SCOPE]);
    });

    it('to nobody, without a question, where nobody was told that it waits', async () => {
      kargo.stages = [aStage('prod', byHand)];
      await notifier().handle(
        event('PromotionCreated', { ...OF_PROMOTION, ...BY_RITA }),
      );
      expect(sent).toEqual([]);
      expect(kargo.asked).toEqual([]);
    });

    it('to all but whoever does', async () => {
      kargo.stages = [aStage('prod', byHand)];
      waiting.add(SCOPE);
      await notifier().handle(
        event('PromotionCreated', { ...OF_PROMOTION, ...BY_RITA }),
      );
      expect(sent.map(to)).toEqual([
        expect.objectContaining({ excludeEntityRef: 'user:default/rita' }),
      ]);
    });

    it('to nobody when it waits no longer before anybody was told', async () => {
      kargo.stages = [aStage('prod', byHand)];
      await notifier().handle(
        event('FreightCreated', BY_ENGINE),
        event('PromotionCreated', { ...OF_PROMOTION, ...BY_RITA }),
      );
      expect(sent).toEqual([]);
      expect([...waiting]).toEqual([]);
    });

    it('not when they go back to older before anybody was told of newer', async () => {
      kargo.stages = [aStage('prod', { ...byHand, holds: 'f1' })];
      kargo.freight.push(someFreight('f0', '1.0.0', 1));
      await notifier().handle(
        event('FreightCreated', BY_ENGINE),
        event('PromotionCreated', {
          ...OF_PROMOTION,
          ...BY_RITA,
          'freight-name': 'f0',
        }),
      );
      expect(titles()).toEqual(WAITS);
    });

    it('in place of that it waits', async () => {
      kargo.stages = [aStage('prod', byHand)];
      const one = notifier();
      await one.handle(event('FreightCreated', BY_ENGINE));
      await one.handle(
        event('PromotionCreated', { ...OF_PROMOTION, ...BY_RITA }),
      );
      expect(
        sent.map(({ payload: { scope, severity } }) => [scope, severity]),
      ).toEqual([
        ['freight:shop/prod/images', 'normal'],
        ['freight:shop/prod/images', 'low'],
      ]);
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
        waiting.add('promotion:shop/p1');
        // Also when its outputs do not name it any more.
        await notifier().handle(event(type, OF_PROMOTION));
        expect([...waiting]).toEqual([]);
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
      'nothing when nobody was told of one: %s',
      async type => {
        await notifier().handle(
          event(type, { ...OF_PROMOTION, ...PULL_REQUEST }),
        );
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
    ['nobody knows what it is', { event: readToldEvent(anEvent('Hello')) }],
  ])('tells nothing where %s, and goes on', async (_, payload) => {
    const one = notifier();
    await one.handle(payload);
    expect(sent).toEqual([]);
    kargo.stages = [aStage('prod', byHand)];
    await one.handle(event('FreightCreated', BY_ENGINE));
    expect(titles()).toEqual(WAITS);
  });
});
