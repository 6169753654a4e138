package io.restante.session;

/** Why a socket is closed (RFC 6455, section 7.4, and this protocol's own codes from 4400). */
public enum CloseCode {
  WAITED(1000, "the time to be linked is over"),
  RESTART(1012, "the gateway restarts: reconnect, with jitter"),
  MALFORMED(1007, "a message is not a frame of this protocol"),
  TOO_SLOW(1008, "a message did not become whole in time"),
  TOO_BIG(1009, "a message is too big"),
  DEFECT(1011, "something went wrong in the gateway"),
  TRY_LATER(1013, "try again later"),
  REVOKED(4401, "the credentials are no longer valid"),
  NOT_ACKNOWLEDGED(4408, "a message was not acknowledged in time"),
  REFUSED(4408, "a message was answered with an error twice"),
  DISPLACED(4409, "the same device connected elsewhere");

  private final short code;
  private final String reason;

  CloseCode(int code, String reason) {
    this.code = (short) code;
    this.reason = reason;
  }

  /** The number on the wire. */
  public short code() {
    return code;
  }

  /** The text on the wire. */
  public String reason() {
    return reason;
  }
}
