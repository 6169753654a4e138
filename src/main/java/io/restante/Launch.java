package io.restante;

import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What a command line runs in.
 *
 * @param environment variables by name
 * @param start starts a gateway
 * @param stopAsked completes when the gateway is told to stop
 */
record Launch(
    Map<String, String> environment,
    Function<GatewayConfig, Future<Serving>> start,
    CompletionStage<Void> stopAsked) {}
