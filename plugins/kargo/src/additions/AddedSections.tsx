import { Section } from '../components/Section';
import { AddedComponent } from './AddedComponent';
import {
  KargoAddition,
  KargoPromoteSectionProps,
  KargoStageSectionProps,
  KargoStepViewProps,
} from './KargoAdditions';
import { useAdditions } from './useAdditions';

/** What modules add to the details of a Stage. */
export function AddedStageSections(props: KargoStageSectionProps) {
  return <Sections additions={useAdditions('stageSections')} about={props} />;
}

/** What modules add to the promote dialog. */
export function AddedPromoteSections(props: KargoPromoteSectionProps) {
  return <Sections additions={useAdditions('promoteSections')} about={props} />;
}

/** What modules show of a step. */
export function useAddedStepViews(
  about: KargoStepViewProps,
): KargoAddition<KargoStepViewProps>[] {
  const ofKind = useAdditions('stepViews').filter(
    ({ uses }) => uses === about.step.uses,
  );
  return applying(ofKind, about);
}

function Sections<Props extends object>(props: {
  additions: KargoAddition<Props>[];
  about: Props;
}) {
  return (
    <>
      {applying(props.additions, props.about).map(addition => (
        <Section key={addition.id} title={addition.title}>
          <AddedComponent addition={addition} about={props.about} />
        </Section>
      ))}
    </>
  );
}

function applying<Props>(
  additions: KargoAddition<Props>[],
  about: Props,
): KargoAddition<Props>[] {
  return additions.filter(({ appliesTo }) => {
    try {
      return appliesTo?.(about) ?? true;
    } catch {
      // Outside of the addition's boundary: what it is about would go with it.
      return true;
    }
  });
}
