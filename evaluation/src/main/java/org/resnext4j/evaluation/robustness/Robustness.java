package org.resnext4j.evaluation.robustness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.resnext4j.evaluation.Evaluation;
import org.resnext4j.evaluation.EvaluationOptions;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.Evaluator;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.vision.corrupt.Corruption;

/**
 * The accuracy of a classifier on corrupted pictures (Hendrycks and Dietterich, 2019): one
 * evaluation of the same data set for each corruption and severity.
 *
 * @param corruptions results of each corruption
 */
public record Robustness(List<Result> corruptions) {

  /**
   * A corruption with the severities to evaluate.
   *
   * @param corruption the corruption
   * @param severities severities from 1 to 5
   */
  public record Request(Corruption corruption, List<Integer> severities) {}

  /**
   * The results of a corruption.
   *
   * @param corruption the corruption
   * @param severities severities from 1 to 5
   * @param evaluations one evaluation for each severity
   */
  public record Result(
      Corruption corruption, List<Integer> severities, List<Evaluation> evaluations) {

    /** The first measure of the first view for the severity at an index of the list. */
    public Measure headline(int index) {
      return evaluations.get(index).views().getFirst().measures().getFirst();
    }

    /** The mean of the headline measure over the severities. */
    public double mean() {
      return IntStream.range(0, severities.size())
          .mapToDouble(i -> headline(i).value())
          .average()
          .orElseThrow();
    }
  }

  /**
   * Reads requests: {@code all}, or names separated by commas. A name may have a {@code :severity};
   * without one it stands for all five severities.
   *
   * @throws IllegalArgumentException if a corruption or a severity does not exist
   */
  public static List<Request> parse(String text) {
    List<Integer> all = IntStream.rangeClosed(1, Corruption.SEVERITIES).boxed().toList();
    if (text.toLowerCase(Locale.ROOT).equals("all")) {
      return Arrays.stream(Corruption.values()).map(c -> new Request(c, all)).toList();
    }
    List<Request> requests = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int colon = part.indexOf(':');
      Corruption corruption = Corruption.of(colon < 0 ? part : part.substring(0, colon));
      String severity = colon < 0 ? "" : part.substring(colon + 1);
      if (colon >= 0 && !severity.matches("[1-" + Corruption.SEVERITIES + "]")) {
        throw new IllegalArgumentException(
            "a severity must be 1 to %d, but was '%s'".formatted(Corruption.SEVERITIES, severity));
      }
      requests.add(new Request(corruption, colon < 0 ? all : List.of(Integer.valueOf(severity))));
    }
    return requests;
  }

  /**
   * Evaluates a data set under corruptions. A picture's place in the data set is the seed of its
   * corruption, so every run corrupts a picture in the same way.
   *
   * @param set the data set
   * @param requests corruptions and severities
   * @param options options of every evaluation
   * @param evaluators creates an evaluator with options
   * @throws IllegalArgumentException if the network has no output for a class of the data set
   * @throws InterruptedException if the thread is interrupted
   */
  public static Robustness evaluate(
      EvaluationSet set,
      List<Request> requests,
      EvaluationOptions options,
      Function<EvaluationOptions, Evaluator> evaluators)
      throws InterruptedException {
    List<Result> results = new ArrayList<>();
    for (Request request : requests) {
      List<Evaluation> evaluations = new ArrayList<>();
      for (int severity : request.severities()) {
        Corruption corruption = request.corruption();
        EvaluationOptions altered =
            options.withAlteration(
                corruption.id() + " " + severity,
                index ->
                    image ->
                        corruption.apply(
                            image,
                            severity,
                            new SplittableRandom(
                                31L * (31L * index + corruption.id().hashCode()) + severity)));
        evaluations.add(evaluators.apply(altered).evaluate(set));
      }
      results.add(new Result(request.corruption(), request.severities(), evaluations));
    }
    return new Robustness(results);
  }

  /** Largest number of failed pictures in one evaluation. */
  public int mostFailures() {
    return corruptions.stream()
        .flatMap(result -> result.evaluations().stream())
        .mapToInt(evaluation -> evaluation.failures().size())
        .max()
        .orElse(0);
  }

  /** Name of the corruptions in the setting of a record. */
  public String setting() {
    boolean whole = corruptions.size() == Corruption.values().length;
    return whole
        ? "corrupted"
        : "corrupted by "
            + String.join(
                ", ",
                corruptions.stream()
                    .map(r ->
                        r.corruption().id()
                            + (r.severities().size() == 1 ? " " + r.severities().getFirst() : ""))
                    .toList());
  }

  /** The mean of the headline over the severities of each corruption, and the mean of all. */
  public List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    for (Result result : corruptions) {
      Measure first = result.headline(0);
      measures.add(
          new Measure(
              first.metric() + ", " + result.corruption().id(),
              first.unit(),
              result.mean(),
              result.severities().size() == 1 ? first.interval() : Optional.empty(),
              first.pictures()));
    }
    if (corruptions.size() > 1) {
      Measure first = corruptions.getFirst().headline(0);
      measures.addFirst(
          new Measure(
              "%s, mean of %d corruptions".formatted(first.metric(), corruptions.size()),
              first.unit(),
              corruptions.stream().mapToDouble(Result::mean).average().orElseThrow(),
              Optional.empty(),
              first.pictures()));
    }
    return measures;
  }

  /** A table with one line for each corruption and one column for each severity. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    Measure first = corruptions.getFirst().headline(0);
    text.append("  %s [%s] by severity%n".formatted(first.metric(), first.unit()));
    for (Result result : corruptions) {
      text.append(String.format(Locale.ROOT, "  %-20s", result.corruption().id()));
      for (int i = 0; i < result.severities().size(); i++) {
        text.append(
            String.format(
                Locale.ROOT,
                "  %d: %5.2f",
                result.severities().get(i),
                result.headline(i).value()));
      }
      text.append(String.format(Locale.ROOT, "  mean %5.2f%n", result.mean()));
    }
    if (corruptions.size() > 1) {
      text.append(
          String.format(
              Locale.ROOT, "  %-20s  %5.2f%n", "mean of all", measures().getFirst().value()));
    }
    return text.toString();
  }
}
