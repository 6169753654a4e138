package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class MeteredRedisTest {
  @Test
  void whatConnectionsTellIsInTheScrape() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    MeteredRedis redis = new MeteredRedis(registry);
    redis.connected();
    redis.connectFailed();
    redis.connectFailed();
    redis.timedOut();
    redis.answered(2_000_000);
    redis.inFlight(1);
    redis.inFlight(1);
    redis.inFlight(-1);
    String scrape = registry.scrape();
    assertTrue(scrape.contains("restante_redis_connects_total{outcome=\"connected\"} 1.0"), scrape);
    assertTrue(scrape.contains("restante_redis_connects_total{outcome=\"failed\"} 2.0"), scrape);
    assertTrue(scrape.contains("restante_redis_timeouts_total 1.0"), scrape);
    assertTrue(scrape.contains("restante_redis_command_seconds_count 1"), scrape);
    assertTrue(scrape.contains("restante_redis_in_flight 1.0"), scrape);
  }
}
