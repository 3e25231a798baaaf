package org.resnext4j.training.run;

/**
 * The labels of the two charts in a run's report. The first chart shows the loss of training and
 * validation; the second shows the first figure of a training epoch and the {@linkplain
 * Judgement#headline headline} of a validation.
 *
 * {@snippet :
 * Charts charts = new Charts("mean cross-entropy", "Accuracy", "% right (top-1)", true);
 * }
 *
 * @param loss vertical axis of the first chart
 * @param title title of the second chart
 * @param figure vertical axis of the second chart
 * @param shares whether all figures besides the loss are shares of 1, which the report shows in
 *     percent
 */
public record Charts(String loss, String title, String figure, boolean shares) {

  /** A figure in the unit in which the report shows it. */
  double shown(double figureValue) {
    return shares ? 100 * figureValue : figureValue;
  }

  /** What follows the name of a figure in the head of a table. */
  String unit() {
    return shares ? " %" : "";
  }
}
