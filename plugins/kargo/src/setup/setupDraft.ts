/** The steps of the guided set-up, in their order. */
export const SETUP_STEPS = [
  'project',
  'warehouse',
  'stages',
  'promotion',
  'review',
] as const;

/** One step of the guided set-up. */
export type SetupStep = (typeof SETUP_STEPS)[number];

/** What a Warehouse can watch here; it may watch more once it exists. */
export const SOURCE_KINDS = ['image', 'git', 'chart'] as const;

/** Kind of what a Warehouse watches. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Ways to write a version into a git repository. */
const PROMOTION_PATTERNS = ['kustomize', 'helm', 'yaml'] as const;

/** A way to write a version into a git repository. */
export type PromotionPattern = (typeof PROMOTION_PATTERNS)[number];

/** A Stage as it is asked for; each takes Freight from the one before it. */
export interface StageDraft {
  name: string;
  /** Whether it takes new Freight by itself. */
  isAutomatic: boolean;
}

/** Everything that the guided set-up asks for. Holds no secrets, so that it may be kept. */
export interface SetupDraft {
  project: {
    name: string;
    description: string;
    /** Reference of the catalog entity whose owners own the project; empty for none. */
    entity: string;
  };
  warehouse: {
    name: string;
    kind: SourceKind;
    repoURL: string;
    /** Name of a chart in a classic repository; in a registry the address says it. */
    chart: string;
    /** Of a git repository; empty for its default branch. */
    branch: string;
    /** Range of versions of images and charts; empty for all of them. */
    constraint: string;
  };
  stages: StageDraft[];
  promotion: {
    pattern: PromotionPattern;
    repoURL: string;
    branch: string;
    /** The folder, or for values the file, of a Stage; may hold expressions. */
    path: string;
    /** Where in the file of values the version stands. */
    key: string;
    hasPullRequest: boolean;
    /** The Application of Argo CD that is synced then; empty for none. */
    application: string;
  };
}

/** What the fields of a step show and change. */
export interface SetupFieldsProps {
  draft: SetupDraft;
  onChange: (draft: SetupDraft) => void;
}

/** What stands for the name of a Stage in what all Stages share. */
export const STAGE_NAME = '${{ ctx.stage }}';

/** How the guided set-up begins. */
export const EMPTY_DRAFT: SetupDraft = {
  project: { name: '', description: '', entity: '' },
  warehouse: {
    name: '',
    kind: 'image',
    repoURL: '',
    chart: '',
    branch: '',
    constraint: '',
  },
  stages: [
    { name: 'test', isAutomatic: true },
    { name: 'uat', isAutomatic: false },
    { name: 'prod', isAutomatic: false },
  ],
  promotion: {
    pattern: 'kustomize',
    repoURL: '',
    branch: 'main',
    path: `overlays/${STAGE_NAME}`,
    key: 'image.tag',
    hasPullRequest: false,
    application: '',
  },
};

/** Ways to write the version of what is watched; the first is what most do. */
export function patternsFor(kind: SourceKind): readonly PromotionPattern[] {
  return {
    image: PROMOTION_PATTERNS,
    git: ['yaml'] as const,
    chart: ['helm', 'yaml'] as const,
  }[kind];
}

/** Whether the version stands at a key of a file, and not in a folder that a tool reads. */
export function hasKey({ warehouse, promotion }: SetupDraft): boolean {
  return (
    promotion.pattern === 'yaml' ||
    (promotion.pattern === 'helm' && warehouse.kind === 'image')
  );
}

/** What a pattern usually has as its path. */
function usualPath(draft: SetupDraft): string {
  if (draft.promotion.pattern === 'kustomize') {
    return `overlays/${STAGE_NAME}`;
  }
  return hasKey(draft)
    ? `env/${STAGE_NAME}/values.yaml`
    : `charts/${STAGE_NAME}`;
}

/** The draft with another kind of source or pattern, and what follows from it. */
export function withMechanics(
  draft: SetupDraft,
  change: { kind?: SourceKind; pattern?: PromotionPattern },
): SetupDraft {
  const kind = change.kind ?? draft.warehouse.kind;
  const wanted = change.pattern ?? draft.promotion.pattern;
  const possible = patternsFor(kind);
  const pattern = possible.includes(wanted) ? wanted : possible[0];
  const next = {
    ...draft,
    warehouse: { ...draft.warehouse, kind },
    promotion: { ...draft.promotion, pattern },
  };
  // A path that somebody wrote stays.
  const path =
    draft.promotion.path === usualPath(draft)
      ? usualPath(next)
      : draft.promotion.path;
  return { ...next, promotion: { ...next.promotion, path } };
}
