package io.restante.session;

import io.restante.protocol.Frame;
import io.vertx.core.Context;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A socket without credentials: it carries requests, and no envelope is delivered to it. */
final class AnonymousSocket implements SessionRegistry.OpenSocket {
  private final FrameSocket frames;
  private final Context context;

  AnonymousSocket(FrameSocket frames, Context context) {
    this.frames = frames;
    this.context = context;
  }

  void open(Runnable onClose) {
    frames.open(AnonymousSocket::ignore, () -> {}, onClose);
  }

  /** Clients may answer what they are told, but nothing depends on it. */
  private static void ignore(Frame.Response response) {}

  @Override
  public @Nullable UUID aci() {
    return null;
  }

  @Override
  public void recheck() {}

  @Override
  public void drain() {
    context.runOnContext(now -> frames.close(CloseCode.RESTART));
  }
}
