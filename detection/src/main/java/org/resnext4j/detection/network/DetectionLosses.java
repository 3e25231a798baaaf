package org.resnext4j.detection.network;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.resnext4j.detection.loss.HeadLoss;

/**
 * The four losses of a training step.
 *
 * @param proposals losses of the proposal head
 * @param boxes losses of the box head
 */
public record DetectionLosses(HeadLoss proposals, HeadLoss boxes) {

  /** The sum of the losses, which training minimises. */
  public double sum() {
    return proposals.classes() + proposals.boxes() + boxes.classes() + boxes.boxes();
  }

  /** The four losses by torchvision's names. */
  public SequencedMap<String, Double> byName() {
    SequencedMap<String, Double> named = new LinkedHashMap<>();
    named.put("loss_classifier", boxes.classes());
    named.put("loss_box_reg", boxes.boxes());
    named.put("loss_objectness", proposals.classes());
    named.put("loss_rpn_box_reg", proposals.boxes());
    return named;
  }
}
