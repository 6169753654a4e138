package io.restante.testing.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.restante.testing.wire.Wire.Request;
import io.restante.testing.wire.Wire.WireEnvelope;
import java.util.List;

/** A request of the gateway to a client on its socket. */
public record Incoming(Request request) {
  /** What brings an envelope. */
  public boolean isMessage() {
    return is("/api/v1/message");
  }

  /** What says that all that waited has been sent. */
  public boolean isQueueEmpty() {
    return is("/api/v1/queue/empty");
  }

  private boolean is(String path) {
    return request.getVerb().equals("PUT") && request.getPath().equals(path);
  }

  /** The headers, as {@code Name: value}. */
  public List<String> headers() {
    return request.getHeadersList();
  }

  /** The envelope inside. */
  public WireEnvelope envelope() {
    if (!isMessage()) {
      throw new AssertionError("no message: " + request.getVerb() + " " + request.getPath());
    }
    try {
      return WireEnvelope.parseFrom(request.getBody());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("no envelope", e);
    }
  }
}
