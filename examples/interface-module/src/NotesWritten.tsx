import type { KargoStepViewProps } from 'backstage-plugin-kargo';

/** Tells the title that the step wrote, once it has. */
export function NotesWritten({ step }: KargoStepViewProps) {
  const { title } = (step.output ?? {}) as { title?: string };
  return <p>{title ?? 'Nothing was written yet.'}</p>;
}
