/** What the engine says of why something is as it is. */
export const reasonMessages = {
  /** By the code of the engine's reason; docs/reference/reasons.md tells what each means. */
  reason: {
    'other-project': '{{freight}} belongs to another project than the Stage.',
    'origin-not-requested': '{{stage}} does not take Freight of {{origin}}.',
    'no-source':
      '{{freight}} can enter only when it is approved; the Stage names no other way in.',
    'not-verified-upstream':
      '{{freight}} may not enter yet: it is not yet verified in {{stages}}.',
    soaking:
      '{{freight}} may not enter yet: it must stay in {{stages}} for {{required}}, which it will have {{availableAt}}.',
    'soak-missed':
      '{{freight}} left {{stages}} before it had been there for {{required}}; promote it there again, or approve it.',
    'no-freight': '{{origin}} has made no Freight yet.',
    'already-there': '{{freight}} runs here.',
    'passed-through':
      '{{freight}} has passed; the Stage has no steps and lets Freight through.',
    'passes-next': '{{freight}} passes next.',
    'being-promoted': '{{freight}} is being promoted.',
    'promotion-pending': 'A promotion of {{freight}} waits for its turn.',
    'selects-targets':
      '{{stage}} selects targets, which nothing is promoted to here.',
    'auto-promotion-disabled':
      '{{freight}} is available. Nothing is promoted here automatically, so someone has to.',
    held: 'Automatic promotion of {{origin}} is paused, because {{actor}} chose {{holder}}.',
    'newer-available':
      'Automatic promotion prefers {{newer}}, which is newer than {{freight}}.',
    'not-in-upstream':
      'Automatic promotion follows {{stage}}, which does not run {{freight}} now.',
    'upstream-changing':
      'Automatic promotion follows {{stage}}, which is changing from one Freight to another.',
    'last-attempt-failed':
      '{{freight}} did not succeed here. Automatic promotion does not repeat it; promote it by hand to try again.',
    'will-be-promoted': '{{freight}} is promoted automatically next.',
    'reconcile-error':
      'The engine could not look after the Stage and tries again{{error}}',
    'will-fail': 'What the Stage asks for will fail{{error}}',
    'freight-gone':
      '{{freight}} does not exist any more; promote other Freight in its place.',
    promoting: '{{freight}} is on its way here.',
    'promotion-failed': 'The last promotion failed{{error}}',
    'verification-first':
      'The next promotion waits until what {{stage}} runs now is verified.',
    verifying: 'What runs here is being verified.',
    'verification-failed': 'Verification did not pass{{error}}',
    health: 'The health check says: {{health}}{{issues}}',
    'abort-requested': 'It was asked to stop, by {{actor}}.',
    'stage-gone': '{{stage}} does not exist any more.',
    'stage-without-steps':
      '{{stage}} has no promotion steps any more; it lets Freight through.',
    queued:
      'It is number {{position}} in the queue of {{stage}}, behind {{before}}.',
    'not-acknowledged': '{{stage}} takes it next.',
    'step-running': 'Step {{number}} of {{of}}, {{step}}, runs.',
    'step-waiting':
      'Step {{number}} of {{of}}, {{step}}, waits{{note}}{{nextCheckAt}}',
    'step-retrying':
      'Step {{number}} of {{of}}, {{step}}, failed and is tried again, attempt {{attempt}}{{attempts}}{{error}}{{nextCheckAt}}',
    ended: 'It ended as {{phase}}{{error}}',
    discovering: 'It is looking for new versions now.',
    'subscription-failed':
      '{{subscription}} could not be read{{error}}{{retryAt}}',
    considered: '{{subscription}}: {{unit}} looked at: {{count}}.',
    'newest-left-out':
      '{{subscription}}: the newest, {{newest}}, is left out by {{by}}.',
    'unread-subscriptions': 'A subscription has not been read yet{{error}}',
    'missing-artifacts': 'No Freight can be made{{error}}',
    'criteria-failed':
      'The Freight creation criteria cannot be evaluated{{error}}',
    'criteria-unsatisfied':
      'The newest versions do not satisfy the Freight creation criteria.',
    'manual-policy': 'Freight is made by hand, as its policy says.',
    'creates-freight': 'What it found makes {{freight}}.',
    'next-discovery': 'It looks for new versions again {{at}}.',
  },
  /** What a reason says only when it is known. */
  reasonPart: {
    nothing: 'It waits for nothing.',
    lookAgainAt: 'The engine looks again {{time}}.',
    freight: 'Freight',
    somebody: 'somebody',
    because: ': {{why}}',
    ofAttempts: ' of {{attempts}}',
    retryAt: '; it is tried again {{time}}',
    nextCheckAt: '; it looks again {{time}}',
  },
  /** Whether Freight may enter a Stage, in few words; where not, by the code of the reason. */
  availability: {
    approved: 'Approved for this Stage',
    direct: 'Available directly',
    verified: 'Verified in {{stages}}',
    here: 'Runs here now',
    'other-project': 'Belongs to another project',
    'origin-not-requested': 'The Stage does not take Freight of {{origin}}',
    'no-source': 'Needs approval; the Stage names no other way in',
    'not-verified-upstream': 'Not yet verified in {{stages}}',
    soaking: 'Must stay in {{stages}} for {{required}}; enters {{availableAt}}',
    'soak-missed': 'Left {{stages}} before {{required}} were up',
    held: 'Paused by {{actor}}',
    'auto-promotion-disabled': 'Someone has to promote it',
  },
} as const;
