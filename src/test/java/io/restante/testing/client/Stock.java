package io.restante.testing.client;

/** How many one-time keys lie in the pools. */
public record Stock(int ec, int kyber) {}
