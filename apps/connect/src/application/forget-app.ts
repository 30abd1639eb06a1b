import type { Sql } from '@plaza/messaging';

/** What a deleted app leaves behind here: sessions that could never be finished. */
export async function forgetApp(sql: Sql, appId: string): Promise<void> {
  await sql.query('delete from connect_sessions where app_id = $1', [appId]);
}
