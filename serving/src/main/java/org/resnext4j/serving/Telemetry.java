package org.resnext4j.serving;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.resnext4j.serving.http.HarmlessJson;

/**
 * The metrics of the service in Prometheus' format, and its access log of one JSON line for every
 * request.
 */
final class Telemetry implements AutoCloseable {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final MultiGauge queued =
      MultiGauge.builder("resnext_queued_pictures")
          .description("Pictures that wait to be run, by model.")
          .register(registry);
  private final Optional<Consumer<String>> accessLog;

  /** Starts counting. The access log receives one line for each request. */
  Telemetry(Optional<Consumer<String>> accessLog) {
    this.accessLog = accessLog;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Registers a gauge, which is read for every scrape. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Registers a counter, which is read for every scrape. */
  void counter(String name, String description, LongSupplier value) {
    FunctionCounter.builder(name, value, LongSupplier::getAsLong)
        .description(description)
        .register(registry);
  }

  /** Counts a batch that ran. */
  void batch(String model, int pictures, Duration time) {
    DistributionSummary.builder("resnext_batch_pictures")
        .description("Pictures run together.")
        .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
        .tag("model", model)
        .register(registry)
        .record(pictures);
    Timer.builder("resnext_batch")
        .description("Time of a batch in the engine.")
        .serviceLevelObjectives(BUCKETS)
        .tag("model", model)
        .register(registry)
        .record(time);
  }

  /** Counts a requested load or unload of a model. */
  void modelChange(String change, boolean succeeded, Duration time) {
    Timer.builder("resnext_model_changes")
        .description("Models loaded and unloaded.")
        .tags("change", change, "outcome", succeeded ? "success" : "failure")
        .register(registry)
        .record(time);
  }

  /**
   * Counts a request and writes its line to the access log.
   *
   * @param route the pattern that matched; never the path, because clients can invent paths without
   *     end
   */
  void request(String route, int status, Duration time, Map<String, Object> details) {
    Timer.builder("resnext_requests")
        .description("Requests, by route and status.")
        .serviceLevelObjectives(BUCKETS)
        .tags("route", route, "status", Integer.toString(status))
        .register(registry)
        .record(time);
    accessLog.ifPresent(log -> {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("time", Instant.now().toString());
      line.put("status", status);
      line.put("ms", time.toNanos() / 1e6);
      line.putAll(details);
      log.accept(HarmlessJson.MAPPER.writeValueAsString(line));
    });
  }

  /**
   * All metrics in Prometheus' text format.
   *
   * @param waiting pictures that wait now, by model
   */
  String scrape(Map<String, Integer> waiting) {
    queued.register(
        waiting.entrySet().stream()
            .map(model -> MultiGauge.Row.of(Tags.of("model", model.getKey()), model.getValue()))
            .toList(),
        true);
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
