package io.restante.edge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public HTTP server.
 *
 * @param port 0 for any free port
 * @param tlsCertPath PEM file of the certificate chain; null, like the key, for no TLS
 * @param tlsKeyPath PEM file of the private key
 * @param verticles event loops that serve, 0 for one per core
 * @param bodyBytesMax the largest request body
 * @param bodiesBytesMax bytes of request bodies that are held at one time; see {@link ByteBudget}
 * @param answersBytesMax bytes of answers that wait to be read at one time; see {@link
 *     UnreadAnswers}
 * @param bodyTimeoutMs how long a client may take to send a body
 * @param discardMs how long the rest of a refused body is read before the connection is closed
 * @param idleTimeoutMs how long a connection may be silent
 * @param connectionsMax open connections of this gateway
 * @param drainMs how long requests in flight may take at the end
 * @param trustedProxies addresses or CIDR blocks whose forwarding headers count
 */
public record HttpConfig(
    String host,
    int port,
    @Nullable String tlsCertPath,
    @Nullable String tlsKeyPath,
    int verticles,
    int bodyBytesMax,
    int bodiesBytesMax,
    int answersBytesMax,
    int bodyTimeoutMs,
    int discardMs,
    int idleTimeoutMs,
    int connectionsMax,
    int drainMs,
    List<String> trustedProxies) {}
