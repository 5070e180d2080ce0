import type { Standing } from '@berth/domain';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a program shows: a user's, who it then is, or a service's, an organization's own. */
export type ApiKeyKind = 'user' | 'service';

@Entity({ name: 'api_keys', synchronize: false })
export class ApiKeyRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  /** Null of a user's key, which opens what the user may. */
  @Column({ type: 'uuid', nullable: true })
  organizationId!: string | null;

  @Column({ type: 'text' })
  kind!: ApiKeyKind;

  @Column({ type: 'uuid', nullable: true })
  userId!: string | null;

  /** Of a service key. */
  @Column({ type: 'text', nullable: true })
  role!: Standing | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  prefix!: string;

  @Column({ type: 'bytea' })
  keyHash!: Buffer;

  @Column({ type: 'boolean' })
  restricted!: boolean;

  @Column({ type: 'text' })
  createdBy!: string;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
