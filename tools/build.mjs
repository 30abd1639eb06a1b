// Builds the named packages with what they need, or all, with the TypeScript project references: incremental, a line for each
// package that is rebuilt.
import ts from 'typescript';

const host = ts.createSolutionBuilderHost(
  ts.sys,
  undefined,
  (diagnostic) => process.stderr.write(ts.formatDiagnosticsWithColorAndContext([diagnostic], formatHost)),
  (status) => {
    const text = ts.flattenDiagnosticMessageText(status.messageText, '\n');
    const building = /^Building project '(.*)\/tsconfig\.json'/.exec(text);
    if (building !== null) process.stdout.write(`building ${building[1].split('/').slice(-2).join('/')}\n`);
  },
);
const formatHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};
const projects = process.argv.slice(2);
const builder = ts.createSolutionBuilder(host, projects.length > 0 ? projects : ['tsconfig.json'], { incremental: true, verbose: true });
process.exitCode = builder.build() === ts.ExitStatus.Success ? 0 : 1;
