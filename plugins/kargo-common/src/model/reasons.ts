import { z } from 'zod';

/** `done`: nothing is to be waited for; `waiting`: it goes on by itself or by a decision; `problem`: somebody should look. @public */
export type ReasonTone = 'done' | 'waiting' | 'problem';

interface ReasonDefinition<S extends z.ZodRawShape> {
  tone: ReasonTone;
  params: S;
  sentence: (params: z.infer<z.ZodObject<S>>) => string;
}

function define<S extends z.ZodRawShape>(
  tone: ReasonTone,
  params: S,
  sentence: ReasonDefinition<S>['sentence'],
): ReasonDefinition<S> {
  return { tone, params, sentence };
}

const text = z.string();
const time = z.string().describe('RFC 3339');
const phase = z.string();
const position = z.number().int().min(1);
const stages = z.array(z.string());
const step = { step: text, number: position, of: position };
const ofOrigin = { origin: text.describe('`Warehouse/<name>`'), freight: text };

function quote(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}

function because(error: string): string {
  return error ? `: ${error}` : '';
}

/** Whether Freight may enter a Stage at all. */
const AVAILABILITY = {
  'other-project': define(
    'waiting',
    { freight: text },
    ({ freight }) =>
      `Freight '${freight}' belongs to another project than the Stage`,
  ),
  'origin-not-requested': define(
    'waiting',
    { ...ofOrigin, stage: text },
    ({ stage, origin }) =>
      `Stage '${stage}' does not request Freight from ${origin}`,
  ),
  'no-source': define(
    'waiting',
    ofOrigin,
    ({ freight }) =>
      `The Stage names neither its Warehouse nor an upstream Stage as a source; Freight '${freight}' can enter only when it is approved`,
  ),
  'not-verified-upstream': define(
    'waiting',
    { ...ofOrigin, stages, needed: z.enum(['all', 'any']) },
    ({ freight, stages: names, needed }) =>
      `Freight '${freight}' is not yet verified in ${
        needed === 'any' && names.length > 1 ? 'any of ' : ''
      }${quote(names)}`,
  ),
  soaking: define(
    'waiting',
    { ...ofOrigin, stages, required: text, availableAt: time },
    ({ freight, stages: names, required, availableAt }) =>
      `Freight '${freight}' must stay in ${quote(
        names,
      )} for ${required}, which it will have at ${availableAt}`,
  ),
  'soak-missed': define(
    'waiting',
    { ...ofOrigin, stages, required: text },
    ({ freight, stages: names, required }) =>
      `Freight '${freight}' left ${quote(
        names,
      )} before it had been there for ${required}; promote it there again, or approve it`,
  ),
};

/** Whether automation promotes Freight to a Stage. */
const AUTOMATION = {
  'no-freight': define(
    'waiting',
    { origin: text },
    ({ origin }) => `${origin} has made no Freight yet`,
  ),
  'already-there': define(
    'done',
    ofOrigin,
    ({ freight }) => `Freight '${freight}' is in the Stage`,
  ),
  'passed-through': define(
    'done',
    ofOrigin,
    ({ freight }) =>
      `Freight '${freight}' has passed; the Stage has no steps and lets Freight through`,
  ),
  'passes-next': define(
    'waiting',
    ofOrigin,
    ({ freight }) => `The Stage lets Freight '${freight}' through next`,
  ),
  'being-promoted': define(
    'waiting',
    { ...ofOrigin, promotion: text },
    ({ freight, promotion }) =>
      `Promotion '${promotion}' is bringing Freight '${freight}'`,
  ),
  'promotion-pending': define(
    'waiting',
    { ...ofOrigin, promotion: text },
    ({ freight, promotion }) =>
      `Promotion '${promotion}' of Freight '${freight}' waits for its turn`,
  ),
  'selects-targets': define(
    'problem',
    { ...ofOrigin, stage: text },
    ({ stage }) =>
      `Stage '${stage}' selects targets, which nothing is promoted to here; remove spec.targets to promote to the Stage itself`,
  ),
  'auto-promotion-disabled': define(
    'waiting',
    ofOrigin,
    ({ freight }) =>
      `Automation is off for the Stage; Freight '${freight}' waits to be promoted by hand`,
  ),
  held: define(
    'waiting',
    {
      ...ofOrigin,
      holder: text.describe('Freight that is kept in the Stage'),
      promotion: text,
      actor: text.optional(),
    },
    ({ origin, holder, promotion, actor }) =>
      `${
        actor ?? 'Somebody'
      } promoted Freight '${holder}' by hand (Promotion '${promotion}'), so automation leaves ${origin} alone until it is resumed`,
  ),
  'newer-available': define(
    'waiting',
    { ...ofOrigin, newer: text },
    ({ freight, newer }) =>
      `Automation prefers Freight '${newer}', which is newer than '${freight}'`,
  ),
  'not-in-upstream': define(
    'waiting',
    { ...ofOrigin, stage: text },
    ({ freight, stage }) =>
      `Automation follows Stage '${stage}', which does not hold Freight '${freight}' now`,
  ),
  'upstream-changing': define(
    'waiting',
    { ...ofOrigin, stage: text },
    ({ stage }) =>
      `Automation follows Stage '${stage}', which is changing from one Freight to another`,
  ),
  'last-attempt-failed': define(
    'waiting',
    { ...ofOrigin, promotion: text, phase },
    ({ freight, promotion, phase: ended }) =>
      `Promotion '${promotion}' of Freight '${freight}' ended as ${ended}; automation does not repeat it, promote it by hand`,
  ),
  'will-be-promoted': define(
    'waiting',
    ofOrigin,
    ({ freight }) => `Automation promotes Freight '${freight}' next`,
  ),
};

/** What a Stage as a whole waits for. */
const STAGE = {
  'reconcile-error': define(
    'problem',
    { error: text },
    ({ error }) =>
      `The engine could not look after it and tries again: ${error}`,
  ),
  'will-fail': define(
    'problem',
    { error: text },
    ({ error }) => `What the Stage asks for will fail: ${error}`,
  ),
  'freight-gone': define(
    'problem',
    { freight: text },
    ({ freight }) =>
      `Freight '${freight}' does not exist any more; promote other Freight in its place`,
  ),
  promoting: define(
    'waiting',
    { promotion: text, phase, freight: text.optional() },
    ({ promotion, phase: now, freight }) =>
      `Promotion '${promotion}'${
        freight ? ` of Freight '${freight}'` : ''
      } is ${now}`,
  ),
  'promotion-failed': define(
    'problem',
    { promotion: text, phase, error: text },
    ({ promotion, phase: ended, error }) =>
      `Promotion '${promotion}' ended as ${ended}${because(error)}`,
  ),
  'verification-first': define(
    'waiting',
    { stage: text, promotion: text, waiting: position },
    ({ stage, promotion }) =>
      `Promotion '${promotion}' waits until what Stage '${stage}' holds is verified`,
  ),
  verifying: define(
    'waiting',
    { verification: text, phase },
    ({ phase: now }) => `Verification is ${now || 'starting'}`,
  ),
  'verification-failed': define(
    'problem',
    { verification: text, phase, error: text },
    ({ phase: ended, error }) =>
      `Verification ended as ${ended}${because(error)}`,
  ),
  health: define(
    'problem',
    { health: text, issues: z.array(text) },
    ({ health, issues }) => `Health is ${health}${because(issues.join('; '))}`,
  ),
};

/** What a Promotion waits for. */
const PROMOTION = {
  'abort-requested': define(
    'waiting',
    { actor: text.optional() },
    ({ actor }) => `${actor ?? 'Somebody'} asked to abort it`,
  ),
  'stage-gone': define(
    'problem',
    { stage: text },
    ({ stage }) => `Stage '${stage}' does not exist any more`,
  ),
  'stage-without-steps': define(
    'problem',
    { stage: text },
    ({ stage }) =>
      `Stage '${stage}' has no promotion steps any more; it lets Freight through without a Promotion`,
  ),
  queued: define(
    'waiting',
    { stage: text, position, before: text },
    ({ stage, position: place, before }) =>
      `It is number ${place} in the queue of Stage '${stage}', behind Promotion '${before}'`,
  ),
  'not-acknowledged': define(
    'waiting',
    { stage: text },
    ({ stage }) => `Stage '${stage}' takes it next`,
  ),
  'step-running': define(
    'waiting',
    step,
    ({ step: alias, number, of }) =>
      `Step ${number} of ${of}, '${alias}', runs`,
  ),
  'step-waiting': define(
    'waiting',
    { ...step, note: text.optional(), nextCheckAt: time.optional() },
    ({ step: alias, number, of, note, nextCheckAt }) =>
      `Step ${number} of ${of}, '${alias}', waits${because(note ?? '')}${
        nextCheckAt ? `; it looks again at ${nextCheckAt}` : ''
      }`,
  ),
  'step-retrying': define(
    'problem',
    {
      ...step,
      attempt: position.describe('The next one'),
      attempts: position.optional().describe('After how many it gives up'),
      error: text,
      nextCheckAt: time.optional(),
    },
    ({ step: alias, number, of, attempt, attempts, error, nextCheckAt }) =>
      `Step ${number} of ${of}, '${alias}', failed and is tried again (attempt ${attempt}${
        attempts ? ` of ${attempts}` : ''
      }${nextCheckAt ? ` at ${nextCheckAt}` : ''})${because(error)}`,
  ),
  ended: define(
    'done',
    { phase, error: text.optional() },
    ({ phase: ended, error }) => `It ended as ${ended}${because(error ?? '')}`,
  ),
};

/** Why a Warehouse makes, or does not make, Freight. */
const WAREHOUSE = {
  discovering: define('waiting', {}, () => 'It is looking for artifacts now'),
  'subscription-failed': define(
    'problem',
    { subscription: text, error: text, retryAt: time.optional() },
    ({ subscription, error, retryAt }) =>
      `${subscription} could not be read${because(error)}${
        retryAt ? `; it is tried again at ${retryAt}` : ''
      }`,
  ),
  considered: define(
    'done',
    {
      subscription: text,
      count: z.number().int().min(0),
      unit: z.enum(['tags', 'commits', 'versions']),
    },
    ({ subscription, count, unit }) =>
      `${subscription}: ${unit} looked at: ${count}`,
  ),
  'newest-left-out': define(
    'done',
    {
      subscription: text,
      newest: text,
      by: text.describe('As it stands in the manifest'),
    },
    ({ subscription, newest, by }) =>
      `${subscription}: the newest, ${newest}, is left out by ${by}`,
  ),
  'unread-subscriptions': define(
    'problem',
    { error: text },
    ({ error }) => `A subscription has not been read yet: ${error}`,
  ),
  'missing-artifacts': define(
    'problem',
    { error: text },
    ({ error }) => `No Freight can be made: ${error}`,
  ),
  'criteria-failed': define(
    'problem',
    { error: text },
    ({ error }) =>
      `The Freight creation criteria cannot be evaluated${because(error)}`,
  ),
  'criteria-unsatisfied': define(
    'waiting',
    {},
    () => 'The newest artifacts do not satisfy the Freight creation criteria',
  ),
  'manual-policy': define(
    'waiting',
    {},
    () => 'Freight is made by hand, as freightCreationPolicy says',
  ),
  'creates-freight': define(
    'done',
    { freight: text },
    ({ freight }) => `What it found makes Freight '${freight}'`,
  ),
  'next-discovery': define(
    'done',
    { at: time },
    ({ at }) => `It looks for artifacts again at ${at}`,
  ),
};

/**
 * Everything the engine can answer when somebody asks why: by code, what it says and how
 * to say it in English. Whoever translates does so by code and parameters.
 *
 * @public
 */
export const REASONS = {
  ...AVAILABILITY,
  ...AUTOMATION,
  ...STAGE,
  ...PROMOTION,
  ...WAREHOUSE,
};

/** @public */
export type ReasonCode = keyof typeof REASONS;

/** Why something is as it is: a code and the parameters that it has. @public */
export type ReasonOf<C extends ReasonCode> = {
  code: C;
} & (keyof (typeof REASONS)[C]['params'] extends never
  ? unknown
  : z.infer<z.ZodObject<(typeof REASONS)[C]['params']>>);

/** @public */
export type Reason = { [C in ReasonCode]: ReasonOf<C> }[ReasonCode];

/** A reason with what everybody needs who shows it. @public */
export type ToldReason = Reason & {
  tone: ReasonTone;
  /** One sentence in English. */
  message: string;
};

/** The tone of a reason and its sentence. @public */
export function tellReason(reason: Reason): ToldReason {
  const { tone, sentence } = REASONS[
    reason.code
  ] as unknown as ReasonDefinition<z.ZodRawShape>;
  return { ...reason, tone, message: sentence(reason) } as ToldReason;
}

/** What `…/why` answers. @public */
export interface Explanation {
  /** The most pressing first; a problem or something that waits comes before what is done. */
  reasons: ToldReason[];
  /** When the engine looks again if nothing happens, RFC 3339; absent: only when something happens. */
  lookAgainAt?: string;
}

const codes = Object.entries(REASONS).map(([code, { params }]) =>
  z.object({
    code: z.literal(code),
    ...(params as z.ZodRawShape),
    tone: z.enum(['done', 'waiting', 'problem']),
    message: z.string().describe('One sentence in English'),
  }),
);

/** Schema of an {@link Explanation}. @public */
export const ExplanationAnswer = z.object({
  reasons: z.array(
    z.discriminatedUnion('code', codes as [(typeof codes)[number]]),
  ),
  lookAgainAt: time.optional(),
});
