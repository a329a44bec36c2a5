/** Binary answers: bytes as usual, or the unread body, and the name that the provider gives the file. */
import type { Answer } from "./answer.ts";
import { dispositionFileName } from "./content-disposition.ts";
import type { BytesCall } from "./operation.ts";
import { ownOptions } from "./own-options.ts";
import { RunningCall, viewOf } from "./running-call.ts";
import { offerTo, type StreamKind, type UnreadBody } from "./stream.ts";

/** A call whose bytes can be had as a stream. The stream has no size limit, and only its head is tried again. */
export const downloads: StreamKind = (start) => {
  let unread = false;
  const offer = offerTo(streamOf);
  const done = start((...answer) => (unread ? offer(...answer) : undefined)).then(withFileName);
  const whole = async (): Promise<Answer> => {
    const answer = await done;
    if (answer.data instanceof ReadableStream)
      throw new TypeError("stream() took the body of this call; its bytes cannot be had as well.");
    return answer;
  };
  const call = new RunningCall(() => (unread ? whole() : done));
  const more: Pick<BytesCall<unknown>, "stream"> = {
    async stream() {
      unread = true;
      const view = viewOf(await done);
      return { ...view, data: asStream(view.data) } as never;
    },
  };
  return Object.assign(call, more);
};

function withFileName(answer: Answer): Answer {
  const fileName = dispositionFileName(answer.response.headers.get("content-disposition"));
  return fileName === undefined ? answer : { ...answer, meta: { ...answer.meta, fileName } };
}

function streamOf(body: UnreadBody): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    ownOptions<UnderlyingDefaultSource<Uint8Array<ArrayBuffer>>>({
      async pull(controller) {
        const bytes = await body.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: body.close,
    }),
    ownOptions<QueuingStrategy>({ highWaterMark: 0 }),
  );
}

/** A body that was read before anybody asked for its stream, or an answer without one. */
function asStream(data: unknown): unknown {
  if (data instanceof ReadableStream) return data;
  return new Blob(data instanceof Uint8Array ? [data as Uint8Array<ArrayBuffer>] : []).stream();
}
