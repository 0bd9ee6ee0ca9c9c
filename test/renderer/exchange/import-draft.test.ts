import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import type { Input, Output } from '../../../main/contract/methods.ts';
import { ok, type Result } from '../../../main/contract/result.ts';
import { ImportDraft } from '../../../renderer/exchange/import-draft.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { settled } from '../support/settled.ts';

type Answer = Result<Output<'config.preview'>>;
const preview = (hash: string): Answer =>
  ok({ mode: 'merge', entries: [], routeOrder: null, secrets: 'none', cancels: 0, hash });

/** A file that is read when the test says so. */
class SlowFile extends File {
  read: () => void = () => undefined;

  constructor(name: string, yaml = name) {
    super([yaml], name);
  }

  override text(): Promise<string> {
    return new Promise((resolve) => {
      this.read = () => void super.text().then(resolve);
    });
  }
}

/** A draft whose previews come when the test gives them, in any order. */
function slow() {
  const asked: Input<'config.preview'>[] = [];
  const answers: ((answer: Answer) => void)[] = [];
  const client = new FakeClient({
    'config.preview': (input) => {
      asked.push(input);
      return new Promise<Answer>((resolve) => answers.push(resolve));
    },
  });
  return { draft: new ImportDraft(client), asked, answers };
}

async function read(file: SlowFile): Promise<void> {
  file.read();
  await settled();
}

describe('ImportDraft', () => {
  it('looks at the file that was chosen last, whichever is read last', async () => {
    const { draft, asked } = slow();
    const [first, second] = [new SlowFile('first.yaml'), new SlowFile('second.yaml')];
    void draft.choose(first);
    void draft.choose(second);
    await read(second);
    await read(first);
    expect(draft.fileName).toBe('second.yaml');
    expect(asked.map(({ yaml }) => yaml)).toEqual(['second.yaml']);
  });

  it('does not come back after it was cancelled', async () => {
    const { draft, asked } = slow();
    const file = new SlowFile('lab.yaml');
    void draft.choose(file);
    draft.clear();
    await read(file);
    expect(asked).toEqual([]);
    expect(draft.busy).toBe(false);
  });

  it('shows nothing of the file before under the name of one that is too large', async () => {
    const { draft, answers } = slow();
    const file = new SlowFile('lab.yaml');
    void draft.choose(file);
    await read(file);
    await draft.choose(new SlowFile('large.yaml', 'x'.repeat(LIMITS.bodyBytesMax + 1)));
    answers[0]?.(preview('of lab.yaml'));
    await settled();
    expect(draft.preview).toBeNull();
    expect(draft.failure?.code).toBe('payload_too_large');
    expect(draft.busy).toBe(false);
  });

  it('keeps the way of importing that was chosen while a file was read', async () => {
    const { draft, asked } = slow();
    const file = new SlowFile('lab.yaml');
    void draft.choose(file);
    void draft.setMode('replace');
    await read(file);
    expect(draft.mode).toBe('replace');
    expect(asked.at(-1)).toMatchObject({ yaml: 'lab.yaml', mode: 'replace' });
  });
});
