import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'agent_tokens', synchronize: false })
export class AgentTokenRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'uuid' })
  poolId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'bytea' })
  tokenHash!: Buffer;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
