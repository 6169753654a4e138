package io.restante.push;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;

/** The bodies of others' answers, of which no more is read than they may be long. */
public final class AnswerBody {
  /** What a reset says over HTTP/2 (RFC 9113, section 7): the rest is not needed. */
  public static final long CANCEL = 0x8;

  private AnswerBody() {}

  /** The whole body, empty where it is longer: then the rest is not read. */
  public static Future<Optional<Buffer>> read(HttpClientResponse response, int bytesMax) {
    Promise<Optional<Buffer>> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(Optional.of(body)));
    response.handler(
        part -> {
          if (body.length() + part.length() <= bytesMax) {
            body.appendBuffer(part);
          } else if (whole.tryComplete(Optional.empty())) {
            response.request().reset(CANCEL);
          }
        });
    return whole.future();
  }
}
