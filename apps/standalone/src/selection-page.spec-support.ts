import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';

type Listener = (event: { preventDefault(): void }) => unknown;

/** As much of an element as the page uses. */
class PageElement {
  readonly tag: string;
  readonly children: PageElement[] = [];
  readonly listeners = new Map<string, Listener>();
  textContent = '';
  hidden = false;
  disabled = false;
  checked = false;
  value = '';

  constructor(tag: string) {
    this.tag = tag;
  }

  append(...children: readonly PageElement[]): void {
    this.children.push(...children);
  }

  addEventListener(name: string, listener: Listener): void {
    this.listeners.set(name, listener);
  }

  /** Everything below it. */
  all(): PageElement[] {
    return this.children.flatMap((child) => [child, ...child.all()]);
  }

  querySelectorAll(selector: string): PageElement[] {
    if (selector !== 'input:checked') throw new Error(`The page asks for ${selector}, which this browser does not know.`);
    return this.all().filter(({ tag, checked }) => tag === 'input' && checked);
  }
}

/** Plaza's page of a choice in a browser that has what the page needs: its own script runs, against the real routes. */
export interface OpenedPage {
  /** What stands beside the boxes. */
  choices(): string[];
  note(): string;
  canSubmit(): boolean;
  tick(name: string): void;
  submit(): Promise<void>;
  /** Where the page sent the browser in the end. */
  location(): string | undefined;
}

/** Opens the page as a browser would; a script that its own policy forbids does not run. */
export async function openSelectionPage(url: string): Promise<OpenedPage> {
  const answer = await fetch(url, { redirect: 'manual' });
  const html = await answer.text();
  if (answer.status !== 200) throw new Error(`The page answered ${answer.status}: ${html}`);
  const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  if (!(answer.headers.get('content-security-policy') ?? '').includes(`script-src 'sha256-${hash}'`)) throw new Error('The policy of the page forbids its script.');
  const elements = new Map(['form', 'ul', 'p', 'button'].map((tag) => [tag, new PageElement(tag)]));
  const part = (tag: string): PageElement => elements.get(tag) ?? new PageElement(tag);
  part('form').hidden = /<form hidden>/.test(html);
  part('button').disabled = /<button disabled>/.test(html);
  part('form').append(part('ul'), part('button'));
  let location: string | undefined;
  let busy: Promise<unknown> = Promise.resolve();
  const page = {
    document: { querySelector: part, createElement: (tag: string) => new PageElement(tag) },
    location: { pathname: new URL(url).pathname, assign: (target: string) => void (location = target) },
    fetch: (path: string, options?: RequestInit) => {
      const asked = fetch(new URL(path, url), options);
      busy = asked;
      return asked;
    },
  };
  runInNewContext(script, page);
  const settled = async (): Promise<void> => {
    await busy;
    // The script goes on behind the answer: reading the body, and showing it.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
  };
  await settled();
  const boxes = (): (readonly [string, PageElement])[] =>
    part('ul').children.flatMap((item) => {
      const box = item.all().find(({ tag }) => tag === 'input');
      return box === undefined ? [] : [[item.all().find(({ tag }) => tag === 'strong')?.textContent ?? '', box] as const];
    });
  return {
    choices: () => boxes().map(([name]) => name),
    note: () => part('p').textContent,
    canSubmit: () => !part('form').hidden && !part('button').disabled,
    tick: (name) => {
      const box = boxes().find(([shown]) => shown === name)?.[1];
      if (box === undefined) throw new Error(`There is no box for ${name}.`);
      box.checked = !box.checked;
      part('form').listeners.get('change')?.({ preventDefault: () => undefined });
    },
    submit: async () => {
      await part('form').listeners.get('submit')?.({ preventDefault: () => undefined });
      await settled();
    },
    location: () => location,
  };
}
