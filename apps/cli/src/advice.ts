import type { ApiProblem } from '@berth/client';

/** What to do about refusals whose own words leave that open, by their code. */
const ADVICE: Readonly<Record<string, string>> = {
  FORBIDDEN:
    'Whoever administers the organization can grant a role that has it ("berth grants add"); "berth whoami" says what you have.',
  NO_ORGANIZATION: 'They do so with "berth members add <your e-mail address>".',
  NOT_FOUND:
    'What you may not see looks the same: "berth whoami" says who you are, and in which organization.',
  NAME_TAKEN: 'Choose another name, or use what is there.',
  LAST_OWNER: 'One more owner: "berth members role <user> owner".',
  PROJECT_NOT_EMPTY: '"berth workspaces update <workspace> --project <other>" moves one.',
  ORGANIZATION_NOT_EMPTY: '"berth workspaces" and "berth agents" say which.',
  SELF_APPROVAL: 'Somebody else has to confirm it, or the workspace has to allow it (--allow-self-approval).',
  APPROVED_ALREADY: 'It waits for another person.',
  APPROVALS_NEEDED: 'Queue it without --auto-approve: it then waits for its approvals.',
};

/** A line on what to do, where there is something to say. */
export function adviceFor({ code }: ApiProblem): string[] {
  const advice = ADVICE[code];
  return advice === undefined ? [] : [advice];
}

/** Somebody who belongs to several organizations, and has not said which one is meant. */
export function whichOrganization({ errors }: ApiProblem): string[] {
  const names = (errors[0]?.message ?? '').replace(/^must be one of /, '');
  return [
    `you belong to several organizations${names === '' ? '' : `: ${names}`}`,
    'Say which one you mean: --organization <name>, or BERTH_ORGANIZATION, or once and for all',
    '  berth organizations use <name>',
  ];
}
