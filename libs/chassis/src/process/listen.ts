import { OperatorError } from '@plaza/contracts';
import type { FastifyInstance } from 'fastify';

/** Listens, or says in a sentence why that port cannot be had. `setting` is what names it. */
export async function listen(http: FastifyInstance, host: string, port: number, setting: 'PORT' | 'PLAZA_MANAGEMENT_PORT' = 'PORT'): Promise<void> {
  await http.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new OperatorError(`Port ${port} is taken. Stop what uses it, or set ${setting} to another one.`);
    if (error.code === 'EACCES') throw new OperatorError(`Port ${port} may not be opened by this user. Set ${setting} to one above 1023.`);
    throw error;
  });
}
