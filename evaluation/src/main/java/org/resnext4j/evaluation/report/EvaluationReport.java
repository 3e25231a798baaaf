package org.resnext4j.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.resnext4j.evaluation.Evaluation;
import org.resnext4j.evaluation.Evaluation.Failure;
import org.resnext4j.evaluation.Evaluation.ViewResult;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.vision.data.Skipped;
import org.resnext4j.vision.metrics.Calibration;
import org.resnext4j.vision.metrics.ConfusionMatrix;
import org.resnext4j.vision.metrics.Interval;
import org.resnext4j.vision.metrics.Mistake;
import org.resnext4j.vision.metrics.Proportion;
import org.resnext4j.vision.text.Printable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reports of an evaluation: a summary as text, and all counts as JSON.
 *
 * {@snippet :
 * System.out.print(EvaluationReport.text(evaluator.evaluate(set)));
 * }
 */
public final class EvaluationReport {

  private static final int SHOWN = 5;

  private EvaluationReport() {}

  /** A summary as text. */
  public static String text(Evaluation evaluation) {
    return text(evaluation, Skipped.NOTHING);
  }

  /**
   * A summary as text.
   *
   * @param evaluation the result
   * @param beside files among the pictures that are not pictures
   */
  public static String text(Evaluation evaluation, Skipped beside) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %d of %d pictures evaluated, %d skipped, %d failed%n"
            .formatted(
                Printable.of(evaluation.dataSet()),
                evaluation.evaluated(),
                evaluation.size(),
                evaluation.skippedPictures(),
                evaluation.failures().size()));
    for (Absence absence : evaluation.skipped()) {
      text.append("  skipped %d: %s%n".formatted(absence.pictures(), absence.reason()));
    }
    if (beside.total() > 0) {
      text.append("  no pictures, skipped %d: %s%n".formatted(beside.total(), beside));
    }
    for (Failure failure : evaluation.failures().stream().limit(SHOWN).toList()) {
      text.append(
          "  failed %s: %s%n"
              .formatted(Printable.of(failure.picture()), Printable.of(failure.reason())));
    }
    if (evaluation.failures().size() > SHOWN) {
      text.append("  failed, and %d more%n".formatted(evaluation.failures().size() - SHOWN));
    }
    if (evaluation.partial()) {
      text.append("  These results are of a part of the data set.%n".formatted());
    }
    if (evaluation.labelled() < evaluation.evaluated()) {
      text.append(
          "  The right labels of %d pictures are not public; --predictions FILE writes what the network says.%n"
              .formatted(evaluation.evaluated() - evaluation.labelled()));
    }
    for (ViewResult view : evaluation.views()) {
      text.append("%n%s%n".formatted(view.setting()));
      for (Measure measure : view.measures()) {
        text.append(line(measure));
        if (measure.metric().startsWith("top-")) {
          text.append(line(error(measure)));
        }
      }
      worst(text, view);
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n%.1f pictures/s (%.1f s; the network waited for pictures %.0f %% of it)%n",
            evaluation.throughput().picturesPerSecond(),
            evaluation.throughput().seconds(),
            100 * evaluation.throughput().waiting()));
    return text.toString();
  }

  private static Measure error(Measure accuracy) {
    return new Measure(
        accuracy.metric().replace("accuracy", "error"),
        accuracy.unit(),
        100 - accuracy.value(),
        accuracy.interval().map(i -> new Interval(100 - i.high(), 100 - i.low())),
        accuracy.pictures());
  }

  private static String line(Measure measure) {
    String interval =
        measure
            .interval()
            .map(i -> String.format(Locale.ROOT, "  (95 %%: %.3f to %.3f)", i.low(), i.high()))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "  %-34s %8.3f %-1s%s  of %d%n",
        measure.metric(),
        measure.value(),
        measure.unit(),
        interval,
        measure.pictures());
  }

  private static void worst(StringBuilder text, ViewResult view) {
    List<Mistake> mistakes = view.metrics().mistakes();
    if (mistakes.isEmpty()) {
      return;
    }
    text.append("  most wrong:%n".formatted());
    for (Mistake mistake : mistakes.stream().limit(SHOWN).toList()) {
      text.append(
          String.format(
              Locale.ROOT,
              "    %s is %s (%.4f), taken for %s (%.4f)%n",
              Printable.of(mistake.picture()),
              Printable.of(view.classes().name(mistake.actual())),
              mistake.probability(),
              Printable.of(view.classes().name(mistake.predicted())),
              mistake.confidence()));
    }
  }

  /** All counts and measures as indented JSON. */
  public static String json(Evaluation evaluation) {
    return json(evaluation, Skipped.NOTHING);
  }

  /**
   * All counts and measures as indented JSON.
   *
   * @param evaluation the result
   * @param beside files among the pictures that are not pictures
   */
  public static String json(Evaluation evaluation, Skipped beside) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("data_set", evaluation.dataSet());
    root.put("size", evaluation.size());
    root.put("evaluated", evaluation.evaluated());
    root.put("labelled", evaluation.labelled());
    root.put("skipped", evaluation.skipped());
    root.put("failed", evaluation.failures());
    root.put("no_pictures", beside.kinds());
    root.put("partial", evaluation.partial());
    root.put("pictures_per_second", evaluation.throughput().picturesPerSecond());
    root.put("share_of_time_waiting_for_pictures", evaluation.throughput().waiting());
    root.put("views", evaluation.views().stream().map(EvaluationReport::view).toList());
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private static Map<String, Object> view(ViewResult view) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("setting", view.setting());
    json.put("measures", view.measures());
    ConfusionMatrix confusion = view.metrics().confusion();
    List<Map<String, Object>> classes = new ArrayList<>();
    List<Map<String, Object>> cells = new ArrayList<>();
    for (int actual = 0; actual < confusion.classes(); actual++) {
      Proportion accuracy = confusion.accuracy(actual);
      if (accuracy.whole() == 0) {
        continue;
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("class", view.classes().identifier(actual));
      one.put("name", view.classes().name(actual));
      one.put("pictures", accuracy.whole());
      one.put("right", accuracy.part());
      one.put("accuracy", accuracy.value());
      one.put("interval", accuracy.interval());
      one.put("scores", confusion.binary(actual));
      classes.add(one);
      for (int predicted = 0; predicted < confusion.classes(); predicted++) {
        if (confusion.count(actual, predicted) > 0) {
          Map<String, Object> cell = new LinkedHashMap<>();
          cell.put("actual", view.classes().identifier(actual));
          cell.put("predicted", view.classes().identifier(predicted));
          cell.put("pictures", confusion.count(actual, predicted));
          cells.add(cell);
        }
      }
    }
    json.put("micro", confusion.micro());
    json.put("macro", confusion.macro());
    json.put("classes", classes);
    json.put("confusion", cells);
    json.put(
        "calibration",
        view.metrics().calibration().bins().stream()
            .filter(bin -> bin.accuracy().whole() > 0)
            .map(EvaluationReport::bin)
            .toList());
    json.put(
        "most_wrong",
        view.metrics().mistakes().stream().map(mistake -> mistake(view, mistake)).toList());
    return json;
  }

  private static Map<String, Object> bin(Calibration.Bin bin) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("confidence_from", bin.low());
    json.put("confidence_to", bin.high());
    json.put("pictures", bin.accuracy().whole());
    json.put("accuracy", bin.accuracy().value());
    json.put("confidence", bin.confidence());
    return json;
  }

  private static Map<String, Object> mistake(ViewResult view, Mistake mistake) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("picture", mistake.picture());
    json.put("actual", view.classes().name(mistake.actual()));
    json.put("predicted", view.classes().name(mistake.predicted()));
    json.put("confidence", mistake.confidence());
    json.put("probability_of_actual", mistake.probability());
    return json;
  }
}
