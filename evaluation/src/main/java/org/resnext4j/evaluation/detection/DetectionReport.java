package org.resnext4j.evaluation.detection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.metric.Mistakes;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.vision.text.Printable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports of a detector's evaluation: text, JSON, a plot, and measures for the results board. */
public final class DetectionReport {

  /** Indices of the overlaps 0.50, 0.75 and 0.90 among COCO's ten. */
  private static final SequencedMap<String, Integer> PLOTTED = plotted();

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private DetectionReport() {}

  private static SequencedMap<String, Integer> plotted() {
    SequencedMap<String, Integer> plotted = new java.util.LinkedHashMap<>();
    plotted.put("IoU 0.50", 0);
    plotted.put("IoU 0.75", 5);
    plotted.put("IoU 0.90", 8);
    return plotted;
  }

  /** COCO's twelve numbers, average precision by category and kinds of mistakes, as text. */
  public static String text(DetectionEvaluation evaluation) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %,d of %,d pictures, %,d boxes%n"
            .formatted(
                Printable.of(evaluation.dataSet()),
                evaluation.evaluated(),
                evaluation.size(),
                evaluation.truth().boxes()));
    evaluation.truth().remarks().lines().forEach(line -> text.append("  %s%n".formatted(line)));
    text.append(System.lineSeparator());
    evaluation
        .result()
        .numbers()
        .forEach((name, value) -> text.append("%-12s %7.3f%n".formatted(name, value)));
    text.append("%n%-24s %7s %7s%n".formatted("category", "AP", "AP50"));
    SequencedMap<Category, OptionalDouble> half = evaluation.result().byCategory(true);
    evaluation
        .result()
        .byCategory(false)
        .forEach((category, value) ->
            text.append(
                "%-24s %7s %7s%n"
                    .formatted(
                        Printable.of(category.name()), number(value), number(half.get(category)))));
    text.append("%nboxes of a score of at least %s%n".formatted(DetectionEvaluation.SHOWN_FROM));
    evaluation
        .mistakes()
        .forEach((kind, count) -> text.append("%-24s %7d%n".formatted(words(kind), count)));
    return text.toString();
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "no box";
  }

  private static String words(Mistakes.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Numbers, categories, precision by recall, mistakes and failures, as JSON. */
  public static String json(DetectionEvaluation evaluation) {
    ObjectNode root =
        JSON.createObjectNode()
            .put("data_set", evaluation.dataSet())
            .put("pictures", evaluation.size())
            .put("evaluated", evaluation.evaluated())
            .put("skipped", evaluation.skipped())
            .put("boxes", evaluation.truth().boxes())
            .put("detections", evaluation.detections().size());
    ObjectNode numbers = root.putObject("numbers");
    evaluation.result().numbers().forEach(numbers::put);
    ArrayNode categories = root.putArray("categories");
    SequencedMap<Category, OptionalDouble> half = evaluation.result().byCategory(true);
    evaluation
        .result()
        .byCategory(false)
        .forEach((category, value) -> {
          ObjectNode node =
              categories.addObject().put("id", category.id()).put("name", category.name());
          value.ifPresent(average -> node.put("AP", average));
          half.get(category).ifPresent(average -> node.put("AP50", average));
        });
    ObjectNode curves = root.putObject("precision_by_recall");
    PLOTTED.forEach((name, overlap) -> {
      ArrayNode values = curves.putArray(name);
      evaluation.result().precisionByRecall(overlap).forEach(values::add);
    });
    ObjectNode mistakes = root.putObject("mistakes");
    evaluation.mistakes().forEach((kind, count) -> mistakes.put(words(kind), count));
    ArrayNode failures = root.putArray("failures");
    evaluation.failures().forEach(failures::add);
    return JSON.writeValueAsString(root);
  }

  /**
   * Draws precision by recall, averaged over the categories.
   *
   * @return the bytes of a PNG file
   * @throws IOException if the picture cannot be encoded
   */
  public static byte[] plot(DetectionEvaluation evaluation) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(720)
            .height(480)
            .title("Precision by recall, " + Printable.of(evaluation.dataSet()))
            .xAxisTitle("recall")
            .yAxisTitle("precision")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSW);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(1.0);
    for (Map.Entry<String, Integer> each : PLOTTED.entrySet()) {
      List<Double> precision = evaluation.result().precisionByRecall(each.getValue());
      if (!precision.isEmpty()) {
        double[] recalls =
            IntStream.range(0, precision.size()).mapToDouble(i -> i / 100.0).toArray();
        double[] values = precision.stream().mapToDouble(Double::doubleValue).toArray();
        chart.addSeries(each.getKey(), recalls, values).setMarker(SeriesMarkers.NONE);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", bytes);
    return bytes.toByteArray();
  }

  /**
   * The twelve numbers in percent, with their names on the results board. A number is left out if
   * the data set has no box of its size.
   */
  public static List<Measure> measures(DetectionEvaluation evaluation) {
    List<Measure> measures = new ArrayList<>();
    evaluation
        .result()
        .numbers()
        .forEach((name, value) -> {
          if (value >= 0) {
            String metric =
                switch (name) {
                  case "AP50" -> "AP@0.5";
                  case "AP75" -> "AP@0.75";
                  default -> name;
                };
            measures.add(
                new Measure(metric, "%", 100 * value, Optional.empty(), evaluation.evaluated()));
          }
        });
    return measures;
  }
}
