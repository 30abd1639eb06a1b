import type { Platform } from '@plaza/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('oauth_apps')
export class OAuthAppEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'project_id' })
  projectId!: string;

  @Column({ type: 'text' })
  platform!: Platform;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl!: string | null;

  @Column({ type: 'text', name: 'client_id' })
  clientId!: string;

  @Column({ type: 'bytea', name: 'client_secret', select: false })
  clientSecret!: Buffer;

  @Column({ type: 'integer', name: 'secret_revision' })
  secretRevision!: number;

  @Column({ type: 'bigint', transformer: { from: Number, to: (value: number) => value } })
  sequence!: number;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
