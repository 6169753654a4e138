package io.restante.bench.idle;

/**
 * So many sockets that do nothing but keep alive.
 *
 * @param gateways over which they are spread
 * @param memory of the first gateway, and of the kernel
 * @param gatewayCores of all gateways, in cores
 * @param redisCores of Redis
 * @param clientCores of all clients
 */
record IdleReading(
    int sockets,
    int gateways,
    Memory memory,
    double gatewayCores,
    double redisCores,
    double clientCores) {}
