package io.restante.push;

/** By whom devices can be woken, in the order in which they are asked. */
public enum Provider {
  /** Apple's push notification service. */
  APNS("apns", "apn"),
  /** Google's Firebase Cloud Messaging. */
  FCM("fcm", "gcm"),
  /** Any server of RFC 8030, UnifiedPush among them. */
  WEB_PUSH("webpush", "webpush"),
  /** The operator's own server, for devices that none of the others wakes. */
  WEBHOOK("webhook", "");

  private final String tag;
  private final String field;

  Provider(String tag, String field) {
    this.tag = tag;
    this.field = field;
  }

  /** The value of the metrics' tag {@code provider}. */
  public String tag() {
    return tag;
  }

  /**
   * Whether all targets are at one server. If not, each is at a stranger's, and what one server
   * does says nothing of the next.
   */
  boolean isOneServer() {
    return this != WEB_PUSH;
  }

  /** The field of {@code {aci}:device:N} with the device's token; empty where there is none. */
  String field() {
    return field;
  }
}
