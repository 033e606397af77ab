import { CompletionContext } from '@codemirror/autocomplete';
import { yaml, yamlLanguage } from '@codemirror/lang-yaml';
import { linter, lintGutter } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState, Extension } from '@codemirror/state';
import { oneDark } from '@codemirror/theme-one-dark';
import { EditorView } from '@codemirror/view';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { StepKind } from 'backstage-plugin-kargo-common';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { useStepKinds } from '../queries/useStepKinds';
import { completeManifest } from './completeManifest';
import { lintManifests } from './lintManifest';

const useStyles = makeStyles(theme => ({
  root: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    overflow: 'hidden',
    fontSize: '0.8125rem',
    '& .cm-editor': { maxHeight: '56vh' },
    '& .cm-scroller': { overflow: 'auto' },
  },
}));

/** A text of manifests, with what is wrong marked where it stands. */
export function YamlEditor(props: {
  label: string;
  value: string;
  /** When given, what differs from it is shown line by line. */
  original?: string;
  onChange: (value: string) => void;
}) {
  const classes = useStyles();
  const isDark = useTheme().palette.type === 'dark';
  const { label, original } = props;
  const parent = useRef<HTMLDivElement>(null);
  // The editor keeps the text; it is made anew only for another way to show it.
  const stepKinds = useStepKinds();
  const latest = useRef({ ...props, stepKinds });
  latest.current = { ...props, stepKinds };
  useEffect(() => {
    if (!parent.current) {
      return undefined;
    }
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...extensions({
            label,
            isDark,
            original,
            stepKinds: () => latest.current.stepKinds,
          }),
          EditorView.updateListener.of(update => {
            if (update.docChanged) {
              latest.current.onChange(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    return () => editor.destroy();
  }, [label, isDark, original]);
  return <div ref={parent} className={classes.root} />;
}

function extensions({
  label,
  isDark,
  original,
  stepKinds,
}: {
  label: string;
  isDark: boolean;
  original: string | undefined;
  stepKinds: () => readonly StepKind[];
}): Extension[] {
  return [
    basicSetup,
    yaml(),
    yamlLanguage.data.of({ autocomplete: suggestFrom(stepKinds) }),
    lintGutter(),
    linter(view => lintManifests(view.state.doc.toString())),
    EditorView.lineWrapping,
    // Its place in the order is told, so that tools know that it can be scrolled by keys.
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    isDark ? oneDark : [],
    // The portal's theme sets its own font on everything.
    EditorView.theme({
      '.cm-scroller, .cm-scroller *': { fontFamily: 'monospace' },
    }),
    ...(original === undefined
      ? []
      : [unifiedMergeView({ original, mergeControls: false })]),
  ];
}

/** What the schemas let stand at the cursor. */
function suggestFrom(stepKinds: () => readonly StepKind[]) {
  return ({ state, pos, explicit }: CompletionContext) => {
    const found = completeManifest(state.doc.toString(), pos, stepKinds());
    // Who only ends a line has not asked.
    if (!found || (found.from === pos && !explicit)) {
      return null;
    }
    return {
      from: found.from,
      options: found.items.map(({ label, text, description }) => ({
        label,
        apply: text,
        ...(description && { info: description }),
      })),
      validFor: /^[\w./-]*$/,
    };
  };
}
