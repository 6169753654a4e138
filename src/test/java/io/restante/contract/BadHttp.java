package io.restante.contract;

import java.util.Map;
import java.util.TreeMap;

/** Bytes on the public port that are no HTTP, or HTTP that does not add up. */
final class BadHttp {
  private static final String MARKER = WrongBodies.MARKER;
  private static final String KEY = RawConnection.KEY;

  private BadHttp() {}

  static Map<String, String> all(World world) {
    Map<String, String> all = new TreeMap<>();
    String alice = "Authorization: " + world.alice().authorization() + "\r\n";
    all.put("garbage", MARKER + "\r\n\r\n");
    all.put("binary", "\u0000\u0001\u0002\u00ff\u0016\u0003\u0001\r\n\r\n");
    all.put("no version", "GET /" + MARKER + "\r\n\r\n");
    all.put("strange method", MARKER + " /v1/keepalive HTTP/1.1\r\nHost: x\r\n\r\n");
    all.put("small method", "get /v1/keepalive HTTP/1.1\r\nHost: x\r\n\r\n");
    all.put("long line", "GET /" + MARKER.repeat(1000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    all.put("long header", get("X: " + MARKER.repeat(2000)));
    all.put("many headers", get("X: y\r\n".repeat(3000) + "X: " + MARKER));
    all.put("header without colon", get(MARKER));
    all.put("header with a space", get(MARKER + " : x"));
    all.put("header of control characters", get("X: " + MARKER + "\u0000\u0001"));
    all.put("half a request", "GET /v1/keepalive HTTP/1.1\r\nX: " + MARKER);
    all.put("http/2 without settings", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + MARKER);
    String put = "PUT /v1/accounts/attributes HTTP/1.1\r\nHost: x\r\n" + alice;
    all.put("length of no digits", put + "Content-Length: " + MARKER + "\r\n\r\n{}");
    all.put("negative length", put + "Content-Length: -1\r\n\r\n{}");
    all.put("length with a sign", put + "Content-Length: +2\r\n\r\n{}");
    all.put("two lengths", put + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x");
    all.put("endless length", put + "Content-Length: 99999999999999999999999\r\n\r\n{}");
    all.put("huge length", put + "Content-Length: 9223372036854775807\r\n\r\n{}");
    all.put("body cut off", put + "Content-Length: 100\r\n\r\n{\"" + MARKER);
    all.put("no body", put + "Content-Length: 0\r\n\r\n");
    String chunked = put + "Transfer-Encoding: chunked\r\n\r\n";
    all.put("chunk of no digits", chunked + MARKER + "\r\n{}\r\n0\r\n\r\n");
    all.put("negative chunk", chunked + "-2\r\n{}\r\n0\r\n\r\n");
    all.put("endless chunk", chunked + "fffffffffffffffff\r\n{}\r\n0\r\n\r\n");
    all.put("chunk cut off", chunked + "64\r\n{\"" + MARKER);
    all.put("chunks without end", chunked + "2\r\n{}\r\n");
    all.put("unknown coding", put + "Transfer-Encoding: " + MARKER + "\r\n\r\n{}");
    all.put(
        "length and chunks",
        put + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    all.put("expectation", put + "Expect: " + MARKER + "\r\nContent-Length: 2\r\n\r\n{}");
    all.put("compressed", put + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u001f\u008b");
    upgrades(all);
    return all;
  }

  private static void upgrades(Map<String, String> all) {
    all.put("upgrade by PUT", RawConnection.handshake("PUT", KEY));
    all.put("upgrade without key", RawConnection.handshake("GET", ""));
    all.put(
        "upgrade with a short key", RawConnection.handshake("GET", "Sec-WebSocket-Key: AA==\r\n"));
    all.put(
        "upgrade with a body",
        RawConnection.handshake("GET", KEY + "Content-Length: 2\r\n") + "{}");
    String good = RawConnection.handshake("GET", KEY);
    all.put("upgrade of version 12", good.replace("Version: 13", "Version: 12"));
    all.put("upgrade of no version", good.replace("Version: 13", "Version: " + MARKER));
    all.put("upgrade kept alive", good.replace("Connection: Upgrade", "Connection: keep-alive"));
    all.put("upgrade without host", good.replace("Host: localhost\r\n", ""));
    all.put("upgrade of HTTP/1.0", good.replace("HTTP/1.1", "HTTP/1.0"));
    all.put("upgrade elsewhere", good.replace("/v1/websocket/", "/v1/" + MARKER));
    all.put("upgrade to something else", good.replace("websocket\r\n", MARKER + "\r\n"));
    all.put(
        "upgrade with a query that is none",
        good.replace("websocket/ ", "websocket/?login=%zz&password=x "));
    all.put("upgrade with a path that is none", good.replace("websocket/ ", "websocket/?a={|} "));
    all.put(
        "upgrade with wrong credentials",
        RawConnection.handshake("GET", KEY + "Authorization: Basic " + MARKER + "\r\n"));
    all.put(
        "upgrade to http/2",
        good.replace("websocket\r\n", "h2c\r\nHTTP2-Settings: " + MARKER + "!\r\n"));
  }

  private static String get(String header) {
    return "GET /v1/accounts/whoami HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n";
  }
}
