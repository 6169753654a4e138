package io.restante;

import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * What a command line runs in.
 *
 * @param environment variables by name
 * @param start starts a gateway, and tells the clock what it waits for
 * @param stopAsked completes when the gateway is told to stop
 * @param clock of the start
 */
record Launch(
    Map<String, String> environment,
    BiFunction<GatewayConfig, StartClock, Future<Serving>> start,
    CompletionStage<Void> stopAsked,
    StartClock clock) {}
