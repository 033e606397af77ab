import { screen } from '@testing-library/react';
import {
  FreightSources,
  FreightStatus,
  originKey,
  Reason,
  ReasonCode,
  REASONS,
  tellReason,
  ToldReason,
} from 'backstage-plugin-kargo-common';
import { aFreight, aStage } from '../dev/testing/builders';
import { FakeKargoApi } from '../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../dev/testing/renderWithKargo';
import { NamedText } from './components/NamedText';
import { useReasonTexts } from './components/useReasonTexts';
import { indexFreight } from './freight/freightModel';

const freight = aFreight('f1', { alias: 'calm-heron' });
const NOW = Date.parse('2026-03-01T12:00:00Z');

/** A value for every parameter that a reason may have. */
const VALUES: Record<string, unknown> = {
  stages: ['uat', 'qa'],
  needed: 'any',
  issues: ['Pods restart'],
  health: 'Unhealthy',
  number: 2,
  of: 5,
  attempt: 2,
  attempts: 3,
  position: 2,
  waiting: 1,
  origin: originKey(freight.origin),
  ...Object.fromEntries(
    ['freight', 'holder', 'newer'].map(name => [name, 'f1']),
  ),
  ...Object.fromEntries(
    ['availableAt', 'nextCheckAt', 'retryAt', 'at'].map(name => [
      name,
      '2026-03-01T13:00:00Z',
    ]),
  ),
};

function reasonOf(code: ReasonCode, isWhole: boolean): Reason {
  const params = Object.entries(REASONS[code].params)
    .filter(([, schema]) => isWhole || !schema.isOptional())
    .map(([name]) => [name, VALUES[name] ?? `some ${name}`]);
  return { code, ...Object.fromEntries(params) } as Reason;
}

function Sentences(props: { reasons: Reason[] }) {
  const { reasonText } = useReasonTexts(indexFreight([freight]), NOW);
  return props.reasons.map((reason, index) => (
    <p key={index} data-testid="sentence">
      <NamedText text={reasonText(tellReason(reason))} />
    </p>
  ));
}

async function sentences(reasons: Reason[]): Promise<string[]> {
  renderWithKargo(<Sentences reasons={reasons} />, FakeKargoApi.create());
  const found = await screen.findAllByTestId('sentence');
  return found.map(({ textContent }) => textContent ?? '');
}

/** What a text looks like that is missing, or that a parameter is missing in. */
const GAP = /\{\{|undefined|NaN|Invalid|reason\.|availability\.|[:;] *$/;

it('has a sentence for every reason of the engine, with or without what is optional', async () => {
  const codes = Object.keys(REASONS) as ReasonCode[];
  const texts = await sentences([
    ...codes.map(code => reasonOf(code, true)),
    ...codes.map(code => reasonOf(code, false)),
  ]);
  expect(texts).toHaveLength(2 * codes.length);
  expect(texts.filter(text => text.length < 10 || GAP.test(text))).toEqual([]);
});

it('calls Freight, Warehouses, people and times what people call them', async () => {
  expect(
    await sentences([
      reasonOf('not-verified-upstream', true),
      reasonOf('soaking', true),
      reasonOf('held', false),
      { ...reasonOf('held', false), actor: 'user:default/ana' } as ToldReason,
      reasonOf('step-retrying', true),
      reasonOf('health', true),
    ]),
  ).toEqual([
    'calm-heron may not enter yet: it is not yet verified in uat or qa.',
    'calm-heron may not enter yet: it must stay in uat and qa for some required, which it will have in 1 hour.',
    'Automatic promotion of web is paused, because somebody chose calm-heron.',
    'Automatic promotion of web is paused, because ana chose calm-heron.',
    'Step 2 of 5, some step, failed and is tried again, attempt 2 of 3: some error; it looks again in 1 hour',
    'The health check says: Unhealthy: Pods restart',
  ]);
});

it('says once that a promotion failed, and not which step the engine counts', async () => {
  const failed = (error: string) => ({
    ...reasonOf('promotion-failed', true),
    error,
  });
  expect(
    await sentences([
      failed('failed: the window is closed') as Reason,
      failed(
        'step "step-1" met error threshold of 1: no such branch',
      ) as Reason,
      failed('failed') as Reason,
    ]),
  ).toEqual([
    'The last promotion failed: the window is closed',
    'The last promotion failed: no such branch',
    'The last promotion failed',
  ]);
});

it('says in its own words a reason that only a newer engine knows', async () => {
  function Newer() {
    const { reasonText } = useReasonTexts(new Map(), NOW);
    const reason = { code: 'novel', tone: 'waiting', message: 'It is new' };
    return <p>{reasonText(reason as unknown as ToldReason)}</p>;
  }
  renderWithKargo(<Newer />, FakeKargoApi.create());
  expect(await screen.findByText('It is new')).toBeInTheDocument();
});

it.each<[string, FreightSources, FreightStatus, string]>([
  ['may enter', { direct: true }, {}, 'Available directly'],
  [
    'was approved',
    { stages: ['uat'] },
    { approvedFor: { prod: {} } },
    'Approved for this Stage',
  ],
  [
    'was verified',
    { stages: ['uat'] },
    { verifiedIn: { uat: {} } },
    'Verified in uat',
  ],
  ['is not verified', { stages: ['uat'] }, {}, 'Not yet verified in uat'],
  ['has no way in', {}, {}, 'Needs approval; the Stage names no other way in'],
  [
    'has to stay',
    { stages: ['uat'], requiredSoakTime: '2h' },
    {
      verifiedIn: { uat: {} },
      currentlyIn: { uat: { since: '2026-03-01T11:00:00Z' } },
    },
    'Must stay in uat for 2h; enters in 1 hour',
  ],
  [
    'left too early',
    { stages: ['uat'], requiredSoakTime: '2h' },
    { verifiedIn: { uat: {} } },
    'Left uat before 2h were up',
  ],
])('says in few words of Freight that %s', async (_, sources, status, text) => {
  function Entry() {
    const { availabilityText } = useReasonTexts(new Map(), NOW);
    return (
      <p>
        {availabilityText(
          aStage('prod', { sources }),
          aFreight('f1', { status }),
        )}
      </p>
    );
  }
  renderWithKargo(<Entry />, FakeKargoApi.create());
  expect(await screen.findByText(text)).toBeInTheDocument();
});

it('says in few words that Freight belongs elsewhere', async () => {
  function Entries() {
    const { availabilityText } = useReasonTexts(new Map(), NOW);
    const item = aFreight('f1');
    const metadata = { ...item.metadata, namespace: 'other' };
    const stage = aStage('prod', { warehouses: ['api'] });
    return (
      <>
        <p>{availabilityText(stage, item)}</p>
        <p>{availabilityText(stage, { ...item, metadata })}</p>
      </>
    );
  }
  renderWithKargo(<Entries />, FakeKargoApi.create());
  expect(
    await screen.findByText('The Stage does not take Freight of web'),
  ).toBeInTheDocument();
  expect(screen.getByText('Belongs to another project')).toBeInTheDocument();
});
