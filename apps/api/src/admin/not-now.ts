/** What has to be done first, in words. */
export class NotNow extends Error {}
