package io.restante.testing.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Requests over HTTP to one gateway. */
public final class HttpChannel implements Channel {
  /** One for all tests of a JVM: each has threads of its own that end only with it. */
  static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String url;
  private final HttpClient.Version version;

  /** HTTP/1.1 to this gateway, such as {@code http://127.0.0.1:8080}. */
  public HttpChannel(String url) {
    this(url, HttpClient.Version.HTTP_1_1);
  }

  private HttpChannel(String url, HttpClient.Version version) {
    this.url = url;
    this.version = version;
  }

  /** HTTP/2 without TLS: the first request asks for the upgrade. */
  public HttpChannel overHttp2() {
    return new HttpChannel(url, HttpClient.Version.HTTP_2);
  }

  /** The gateway's address. */
  public String url() {
    return url;
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    byte[] body = ask.body();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + ask.path()))
            .version(version)
            .timeout(Waiting.ANSWER_MAX)
            .method(
                ask.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    ask.headers().forEach(request::header);
    return CLIENT
        .sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(HttpChannel::answer);
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    Map<String, String> headers = new TreeMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return new Answer(response.statusCode(), headers, response.body());
  }
}
