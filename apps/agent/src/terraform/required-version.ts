import { normalise } from './failure-rule.js';
import type { Diagnostic } from './terraform-events.js';

const WANTED = /required_version"?\s*[=:]\s*"([^"]*)"/;
const RAN = /does not support (?:Terraform|OpenTofu) version ([0-9A-Za-z.+-]*[0-9A-Za-z])/;

/** Names the versions that the configuration wants and the one that ran, as far as terraform shows them. */
export function unsupportedVersion({ detail, snippet }: Diagnostic): string {
  const wanted = WANTED.exec(snippet?.code ?? '')?.[1];
  const ran = RAN.exec(normalise(detail))?.[1];
  const facts = [
    ...(wanted === undefined ? [] : [`the configuration wants required_version "${wanted}"`]),
    ...(ran === undefined ? [] : [`version ${ran} ran`]),
  ].join(', and ');
  const advice = "engineVersion of the workspace that the configuration's required_version allows.";
  return facts === ''
    ? `Choose an ${advice}`
    : `${facts.charAt(0).toUpperCase()}${facts.slice(1)}: choose an ${advice}`;
}
