package io.restante.protocol;

/** Whom a request is about: an ACI, a PNI or a handle. */
public sealed interface Destination {
  /** A destination named by ACI or PNI. */
  record ById(ServiceId id) implements Destination {}

  /** A destination named by handle (generations A and B). */
  record ByHandle(Handle handle) implements Destination {}

  /**
   * Reads the destination of a path.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_ID} where it is none
   */
  static Destination parse(String text) {
    return ServiceId.looksLike(text)
        ? new ById(ServiceId.parse(text))
        : new ByHandle(new Handle(text));
  }
}
