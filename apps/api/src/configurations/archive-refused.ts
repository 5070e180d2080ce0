export const ArchiveRefusal = {
  notTarGz: 'ARCHIVE_NOT_TAR_GZ',
  escapesRoot: 'ARCHIVE_ESCAPES_ROOT',
  tooLarge: 'ARCHIVE_TOO_LARGE',
  bomb: 'ARCHIVE_BOMB',
  specialFile: 'ARCHIVE_SPECIAL_FILE',
  notUnpackable: 'ARCHIVE_NOT_UNPACKABLE',
  empty: 'ARCHIVE_EMPTY',
} as const;
export type ArchiveRefusal = (typeof ArchiveRefusal)[keyof typeof ArchiveRefusal];

/** An upload that no agent is to unpack, or can; the message is for whoever uploaded it. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';

  constructor(
    readonly code: ArchiveRefusal,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A name of the archive as a message shows it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
