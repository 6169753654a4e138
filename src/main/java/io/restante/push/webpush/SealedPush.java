package io.restante.push.webpush;

/**
 * What of a push takes a worker thread.
 *
 * @param body one record of {@code aes128gcm}
 * @param authorization of the gateway, for the endpoint's origin
 */
record SealedPush(byte[] body, String authorization) {
  /** Hides both. */
  @Override
  public String toString() {
    return "SealedPush";
  }
}
