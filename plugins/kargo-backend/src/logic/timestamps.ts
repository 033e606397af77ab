/** RFC 3339 in UTC with second precision, as Kubernetes stores times. */
export function toTimestamp(epochMilliseconds: number): string {
  return `${new Date(epochMilliseconds).toISOString().slice(0, 19)}Z`;
}
