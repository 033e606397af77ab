/** What the step is told of title and description. */
export interface Described {
  title?: string;
  description?: string;
}

/**
 * Title and description of a pull request.
 *
 * @remarks
 * Without a title the message of the newest commit is split: its first line is the title
 * and the rest the description. With a title the whole message is the description, unless
 * there is one.
 */
export function describe(
  { title, description }: Described,
  message: string,
  place: { uiBaseURL?: string; project: string; stage: string },
): { title: string; description: string } {
  const lineEnd = message.indexOf('\n');
  const subject = lineEnd < 0 ? message : message.slice(0, lineEnd);
  const rest = lineEnd < 0 ? '' : message.slice(lineEnd + 1);
  const text = description ?? (title === undefined ? rest : message);
  const { uiBaseURL, project, stage } = place;
  const link = uiBaseURL
    ? `\n\n[View in Kargo UI](${uiBaseURL}/project/${project}/stage/${stage})`
    : '';
  return { title: title ?? subject, description: `${text}${link}` };
}
