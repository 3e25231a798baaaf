package org.resnext4j.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.evaluation.Evaluation.ViewResult;
import org.resnext4j.evaluation.EvaluationSet.Mean;
import org.resnext4j.evaluation.EvaluationSet.Scoring;
import org.resnext4j.evaluation.EvaluationSet.View;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.metrics.ClassificationMetrics;
import org.resnext4j.vision.metrics.ConfusionMatrix;
import org.resnext4j.vision.metrics.Logits;
import org.resnext4j.vision.metrics.Proportion;

/** Reads a network's answers for one view, and creates measures from its counts. */
final class ViewReading {

  private static final int SAMPLES = 1000;
  private static final long SEED = 1;

  private final View view;
  private final Scoring scoring;
  private final OutputMap map;

  ViewReading(EvaluationSet set, View view, Labels network) {
    this.view = view;
    this.scoring = set.scores();
    this.map = OutputMap.of(set, view, network);
  }

  /** New counts for a part of the pictures. */
  ViewCounts counts() {
    return new ViewCounts(map.classes().size());
  }

  /** The output with the highest logit among the view's outputs. */
  int predict(float[] logits) {
    float[] selected = map.select(logits, 0);
    return map.output(Logits.highest(selected, 0, selected.length));
  }

  /** Counts a picture. */
  void add(ViewCounts counts, Picture picture, float[] logits) {
    counts.add(picture.name(), map.select(logits, 0), map.labels(picture), picture.groups());
  }

  /** Creates the results from counts. */
  ViewResult result(ViewCounts counts, String setting) {
    return new ViewResult(
        view.name().isEmpty() ? setting : setting + ", " + view.name(),
        map.classes(),
        counts.metrics().pictures() == 0 ? List.of() : measures(counts),
        counts.metrics());
  }

  private List<Measure> measures(ViewCounts counts) {
    ClassificationMetrics metrics = counts.metrics();
    return switch (scoring) {
      case Scoring.TopOneAndFive _ -> topOneAndFive(metrics);
      case Scoring.Binary binary -> binary(metrics, binary.positive());
      case Scoring.Groups g -> groups(counts.groups(), g);
    };
  }

  private List<Measure> topOneAndFive(ClassificationMetrics metrics) {
    List<Measure> measures = new ArrayList<>();
    measures.add(Measure.of("top-1 accuracy", metrics.top(1)));
    if (map.classes().size() >= 5) {
      measures.add(Measure.of("top-5 accuracy", metrics.top(5)));
    }
    measures.add(
        new Measure(
            "macro F1",
            "%",
            100 * metrics.confusion().macro().f1(),
            Optional.of(
                metrics.confusion().bootstrap(m -> m.macro().f1(), SAMPLES, SEED).times(100)),
            metrics.pictures()));
    measures.add(
        new Measure(
            "expected calibration error",
            "%",
            100 * metrics.calibration().expectedError(),
            Optional.of(metrics.calibration().interval().times(100)),
            metrics.pictures()));
    measures.add(
        new Measure(
            "log loss",
            "",
            metrics.logLoss(),
            metrics.pictures() > 1 ? Optional.of(metrics.logLossInterval()) : Optional.empty(),
            metrics.pictures()));
    return measures;
  }

  private List<Measure> binary(ClassificationMetrics metrics, String positive) {
    ConfusionMatrix confusion = metrics.confusion();
    int index = map.classes().indexOf(positive).orElseThrow();
    String of = ", positive " + positive;
    List<Measure> measures = new ArrayList<>();
    measures.add(Measure.of("accuracy", confusion.accuracy()));
    measures.add(
        new Measure(
            "F1" + of,
            "%",
            100 * confusion.binary(index).f1(),
            Optional.of(confusion.bootstrap(m -> m.binary(index).f1(), SAMPLES, SEED).times(100)),
            metrics.pictures()));
    if (confusion.precision(index).whole() > 0) {
      measures.add(Measure.of("precision" + of, confusion.precision(index)));
    }
    if (confusion.accuracy(index).whole() > 0) {
      measures.add(Measure.of("recall" + of, confusion.accuracy(index)));
    }
    return measures;
  }

  private List<Measure> groups(Map<String, Proportion> groups, Scoring.Groups wanted) {
    List<Measure> measures = new ArrayList<>();
    for (String group : wanted.groups()) {
      Proportion share = groups.get(group);
      if (share != null) {
        measures.add(Measure.of("accuracy, " + group, share));
      }
    }
    for (Mean mean : wanted.means()) {
      if (groups.keySet().containsAll(mean.groups())) {
        List<Proportion> shares = mean.groups().stream().map(groups::get).toList();
        measures.add(
            new Measure(
                "accuracy, " + mean.name(),
                "%",
                100 * shares.stream().mapToDouble(Proportion::value).average().orElseThrow(),
                Optional.empty(),
                shares.stream().mapToLong(Proportion::whole).sum()));
      }
    }
    return measures;
  }
}
