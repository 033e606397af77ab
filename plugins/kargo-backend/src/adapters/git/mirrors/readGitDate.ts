/** The last second of which every zone tells a year of four digits. */
const LATEST = 253_402_214_400;

/**
 * A date as git's format `raw` prints it (`1700000000 +0530`) in RFC 3339.
 *
 * @remarks
 * Old tools have written dates that are none, and zones that no clock has (`+51800`). As git
 * does, the first are taken for the beginning of 1970; the second for UTC.
 */
export function readGitDate(raw: string): string {
  const [, digits = '0', zone = ''] = /^(\d+) (\S+)$/.exec(raw) ?? [];
  const seconds = Number(digits) <= LATEST ? Number(digits) : 0;
  const [, sign, hours, minutes] = readZone(zone);
  const size = Number(hours) * 60 + Number(minutes);
  const offset = sign === '-' ? -size : size;
  const local = new Date((seconds + offset * 60) * 1000);
  const time = local.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return `${time}${sign}${hours}:${minutes}`;
}

function readZone(text: string): readonly string[] {
  return /^([+-])([01]\d|2[0-3])([0-5]\d)$/.exec(text) ?? ['', '+', '00', '00'];
}
