package io.restante.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All routes, matched segment by segment: a plain segment wins over one in braces, and a trailing
 * slash makes no difference.
 */
public final class RouteTable {
  /** A route with the values of its segments in braces. */
  public record Match(Route route, List<String> params) {}

  private static final class Node {
    final Map<String, Node> plain = new HashMap<>();
    final Map<String, Route> byMethod = new HashMap<>();
    @Nullable Node any;
  }

  private static final int SEGMENTS_MAX = 16;

  private final Node root = new Node();

  /** Builds the table; the same method and template twice is an error. */
  public RouteTable(List<Route> routes) {
    for (Route route : routes) {
      Node node = root;
      for (String segment : segments(route.template())) {
        node = segment.startsWith("{") ? anyOf(node) : plainOf(node, segment);
      }
      if (node.byMethod.put(route.method(), route) != null) {
        throw new IllegalArgumentException(
            "route: " + route.method() + ' ' + route.template() + " (expected: once)");
      }
    }
  }

  private static Node anyOf(Node node) {
    Node next = node.any;
    if (next == null) {
      next = new Node();
      node.any = next;
    }
    return next;
  }

  private static Node plainOf(Node node, String segment) {
    return node.plain.computeIfAbsent(segment, unused -> new Node());
  }

  /**
   * Finds the route of a request.
   *
   * @param path without query
   * @throws GatewayException {@link ErrorCode#NO_SUCH_ROUTE}, {@link ErrorCode#METHOD_NOT_ALLOWED},
   *     or {@link ErrorCode#MALFORMED_ID} for a segment that is not percent-encoded UTF-8
   */
  public Match match(String method, String path) {
    List<String> segments = segments(path);
    List<String> params = new ArrayList<>(2);
    Node node = find(root, segments, 0, params);
    if (node == null) {
      throw new GatewayException(ErrorCode.NO_SUCH_ROUTE, "no route has this path");
    }
    Route route = node.byMethod.get(method);
    if (route == null) {
      throw GatewayException.methodNotAllowed(
          String.join(", ", new TreeSet<>(node.byMethod.keySet())));
    }
    return new Match(route, params);
  }

  private static @Nullable Node find(Node node, List<String> path, int at, List<String> params) {
    if (at == path.size()) {
      return node.byMethod.isEmpty() ? null : node;
    }
    Node plain = node.plain.get(path.get(at));
    if (plain != null) {
      Node found = find(plain, path, at + 1, params);
      if (found != null) {
        return found;
      }
    }
    Node any = node.any;
    if (any == null) {
      return null;
    }
    params.add(decode(path.get(at)));
    Node found = find(any, path, at + 1, params);
    if (found == null) {
      params.remove(params.size() - 1);
    }
    return found;
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(6);
    int from = path.startsWith("/") ? 1 : 0;
    while (from < path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      if (segments.size() == SEGMENTS_MAX) {
        throw new GatewayException(ErrorCode.NO_SUCH_ROUTE, "no route has this path");
      }
      segments.add(path.substring(from, to));
      from = to + 1;
    }
    return segments;
  }

  private static String decode(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    try {
      // A plus is a plus in a path; the decoder would read it as a space.
      return QueryStringDecoder.decodeComponent(
          segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new GatewayException(
          ErrorCode.MALFORMED_ID, "a path segment (expected: percent-encoded UTF-8)");
    }
  }
}
