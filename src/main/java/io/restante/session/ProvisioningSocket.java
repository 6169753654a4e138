package io.restante.session;

import io.restante.account.Provisioning;
import io.restante.protocol.Frame;
import io.restante.protocol.ProvisioningCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the anonymous socket of a device that is about to be linked is for: it is told the address
 * at which it waits, and then what somebody sends there. It may wait for so long only.
 */
final class ProvisioningSocket {
  private static final String VERB = "PUT";
  private static final String ADDRESS_PATH = "/v1/address";
  private static final String MESSAGE_PATH = "/v1/message";

  private final Vertx vertx;
  private final Provisioning provisioning;
  private final FrameSocket frames;
  private long overTimer;
  private Provisioning.@Nullable Seat seat;
  private long nextId = 1;
  private boolean closed;

  ProvisioningSocket(Vertx vertx, Provisioning provisioning, FrameSocket frames) {
    this.vertx = vertx;
    this.provisioning = provisioning;
    this.frames = frames;
  }

  void open(int waitMs) {
    overTimer = vertx.setTimer(waitMs, id -> frames.close(CloseCode.WAITED));
    provisioning
        .open(message -> send(MESSAGE_PATH, message))
        .onSuccess(this::onSeat)
        .onFailure(failure -> frames.close(CloseCode.TRY_LATER));
  }

  void onClosed() {
    closed = true;
    vertx.cancelTimer(overTimer);
    leave();
  }

  private void onSeat(Provisioning.Seat opened) {
    seat = opened;
    if (closed) {
      leave();
    } else {
      send(ADDRESS_PATH, ProvisioningCodec.address(opened.address()));
    }
  }

  private void leave() {
    if (seat != null) {
      seat.close();
    }
  }

  /** Lost where the socket has just ended: who sent it sees that the device was not linked. */
  private void send(String path, Buffer body) {
    frames.send(new Frame.Request(nextId++, VERB, path, List.of(), body));
  }
}
