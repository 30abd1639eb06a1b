import { multipartBody } from './multipart.ts';

describe('multipartBody', () => {
  it('is read back by another implementation as it was given', async () => {
    const bytes = new Uint8Array([0, 13, 10, 45, 45, 255]);
    const { body, contentType } = multipartBody([
      { name: 'payload_json', contentType: 'application/json', content: '{"a":"ä"}' },
      { name: 'files[0]', filename: 'a "b"\r\n.png', contentType: 'image/png', content: bytes },
      { name: 'empty', content: '' },
    ]);
    const sent = Buffer.concat(await Array.fromAsync(body.open()));
    expect(sent).toHaveLength(body.sizeBytes);
    const form = await new Response(sent, { headers: { 'content-type': contentType } }).formData();
    expect([...form.keys()]).toEqual(['payload_json', 'files[0]', 'empty']);
    expect(form.get('payload_json')).toBe('{"a":"ä"}');
    const file = form.get('files[0]');
    if (!(file instanceof File)) throw new Error('not a file');
    expect(file.type).toBe('image/png');
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });
});
